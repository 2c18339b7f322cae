//! One HTTP request and its outcome: an answer, or how far it came without one.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder, Response};
use tokio::time::{Instant, timeout_at};

use super::address::Parts;
use super::body::Upload;
use super::phase::{Phase, Timeouts};
use super::{failure, retry_after};

/// How long a server that was asked first has to refuse the picture before it is sent. The client
/// cannot see a "100 Continue", so this time passes before each such send.
const REFUSED_EARLY: Duration = Duration::from_millis(300);

/// One request.
pub(crate) struct Request<'a> {
    pub(crate) verb: Method,
    pub(crate) url: &'a str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Arc<[u8]>>,
    /// Whether the server may refuse the length of the body before any of it is sent. It costs a
    /// pause, so it is for services that are sent to slowly anyway.
    pub(crate) asks_first: bool,
    /// Most bytes of the answer that are read.
    pub(crate) most: usize,
}

/// The outcome of a request.
pub(crate) struct Exchange {
    pub(crate) phase: Phase,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Why there is no answer, with the host that was called.
    pub(crate) failure: String,
}

/// Sends a request and reads its answer.
pub(super) async fn exchange(
    client: &reqwest::Client,
    timeouts: Timeouts,
    request: &Request<'_>,
) -> Exchange {
    let end = Instant::now() + timeouts.whole;
    let host = Parts::of(request.url).map_or_else(String::new, |parts| parts.host);
    let bytes = request.body.clone().map(Bytes::from_owner);
    let pause = request.asks_first.then_some(REFUSED_EARLY);
    let (body, taken) = Upload::new(bytes.unwrap_or_default(), pause);
    let called = timeout_at(end, built(client, request, body).send()).await;
    let ended = |why| {
        let (phase, why) = failure::of(why, timeouts, taken.is_whole());
        Exchange::ended(phase, format!("{host}: {why}"))
    };
    match called {
        Ok(Ok(response)) => answered(response, request.most, end, &host, timeouts).await,
        Ok(Err(error)) => ended(Some(&error)),
        Err(_) => ended(None),
    }
}

fn built(client: &reqwest::Client, request: &Request<'_>, body: Upload) -> RequestBuilder {
    let mut builder = client.request(request.verb.clone(), request.url);
    for (name, value) in &request.headers {
        builder = builder.header(*name, value);
    }
    if request.asks_first {
        builder = builder.header("Expect", "100-continue");
    }
    match request.body {
        Some(_) => builder.body(reqwest::Body::wrap(body)),
        None => builder,
    }
}

async fn answered(
    mut response: Response,
    most: usize,
    end: Instant,
    host: &str,
    timeouts: Timeouts,
) -> Exchange {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let mut body = Vec::new();
    let failed = loop {
        match timeout_at(end, response.chunk()).await {
            Ok(Ok(Some(piece))) => body.extend_from_slice(&piece),
            Ok(Ok(None)) => break None,
            Ok(Err(error)) => break Some(failure::of(Some(&error), timeouts, true)),
            Err(_) => break Some(failure::of(None, timeouts, true)),
        }
        if body.len() >= most {
            body.truncate(most);
            break None;
        }
    };
    // Only with status 200 does the body decide whether the picture was applied.
    let (phase, failure) = match failed {
        Some((_, why)) if status == 200 => (Phase::Sent, format!("{host}: {why}")),
        _ => (Phase::Answered, String::new()),
    };
    Exchange {
        phase,
        status,
        headers,
        body,
        failure,
    }
}

impl Exchange {
    pub(super) fn ended(phase: Phase, failure: String) -> Self {
        Self {
            phase,
            status: 0,
            headers: HeaderMap::new(),
            body: Vec::new(),
            failure,
        }
    }

    /// Whether there is an answer with this status.
    pub(crate) fn has_status(&self, status: u16) -> bool {
        self.phase == Phase::Answered && self.status == status
    }

    /// A header of the answer, if it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The pause that the server asks for; the longest if it, or a server before it, names several.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let all = self.headers.get_all("retry-after").into_iter();
        let texts = all.filter_map(|value| value.to_str().ok());
        let times = texts.filter_map(|text| retry_after::longest(text, self.header("date")));
        times.max()
    }

    /// The same if the answer says that the request is only refused for now, and no longer than a working server means.
    pub(crate) fn retry_after_for_now(&self) -> Option<Duration> {
        let time = self
            .retry_after()
            .filter(|_| [429, 503].contains(&self.status));
        time.map(|time| time.min(retry_after::LONGEST))
    }

    /// The host to which a redirect leads, without the path, which can contain the token.
    pub(crate) fn redirected_to(&self) -> Option<String> {
        let host = Parts::of(self.header("location")?).map(|parts| parts.name);
        Some(host.unwrap_or_else(|| "the same host".into()))
    }
}
