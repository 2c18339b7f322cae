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
use super::{retry_after, trouble};
use crate::verdict::{Action, Then, Verdict};

/// After so many faults in a row as answers to a question, the delivery is deferred by `FAULTY`.
const MOST_FAULTS: u32 = 3;
const FAULTY: Duration = Duration::from_secs(30 * 60);

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
    /// The pause that the server asks for, counted from the arrival of its answer.
    pub(crate) retry_after: Option<Duration>,
    /// The host to which a redirect leads; it is never followed.
    pub(crate) redirected_to: Option<String>,
    /// Why there is no answer, with the host that was called.
    pub(crate) trouble: String,
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
        let (phase, why) = trouble::of(why, timeouts, taken.is_whole());
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
    let retry_after = wish(&headers);
    let redirected_to = target(&headers);
    let mut body = Vec::new();
    let failed = loop {
        match timeout_at(end, response.chunk()).await {
            Ok(Ok(Some(piece))) => body.extend_from_slice(&piece),
            Ok(Ok(None)) => break None,
            Ok(Err(error)) => break Some(trouble::of(Some(&error), timeouts, true)),
            Err(_) => break Some(trouble::of(None, timeouts, true)),
        }
        if body.len() >= most {
            body.truncate(most);
            break None;
        }
    };
    // Only with status 200 does the body decide whether the picture was applied.
    let (phase, trouble) = match failed {
        Some((_, why)) if status == 200 => (Phase::Sent, format!("{host}: {why}")),
        _ => (Phase::Answered, String::new()),
    };
    Exchange {
        phase,
        status,
        headers,
        body,
        retry_after,
        redirected_to,
        trouble,
    }
}

impl Exchange {
    pub(super) fn ended(phase: Phase, trouble: String) -> Self {
        Self {
            phase,
            status: 0,
            headers: HeaderMap::new(),
            body: Vec::new(),
            retry_after: None,
            redirected_to: None,
            trouble,
        }
    }

    /// Whether there is an answer with this status.
    pub(crate) fn has_status(&self, status: u16) -> bool {
        self.phase == Phase::Answered && self.status == status
    }

    /// A header of the answer, if it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        text(&self.headers, name)
    }
}

/// The verdict of a question that got no answer; it can be repeated without changing anything.
pub(crate) fn question(exchange: &Exchange) -> Option<Verdict> {
    let (code, text) = match exchange.phase {
        Phase::Sending | Phase::Sent => ("no_answer", "the server did not answer"),
        _ => return None,
    };
    let text = format!("{text}: {}", exchange.trouble);
    let hint = "run the same command again later";
    Some(Verdict::new(Action::Retry { most: 3 }, code, text, hint))
}

/// Turns the verdict of a send into that of a question: a question changes nothing, so it can be
/// repeated after a pause even if its outcome is unknown.
pub(crate) fn harmless(mut verdict: Verdict) -> Verdict {
    let action = &verdict.action;
    if matches!(action, Action::Verify { .. } | Action::Applied { .. }) {
        let (most, then) = (MOST_FAULTS, Then::Defer(FAULTY));
        verdict.action = Action::Wait { most, then };
    }
    verdict
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn wish(headers: &HeaderMap) -> Option<Duration> {
    retry_after::parse(text(headers, "retry-after")?, text(headers, "date"))
}

/// The host of a redirect, without the path, which can contain the token.
fn target(headers: &HeaderMap) -> Option<String> {
    let location = text(headers, "location")?;
    let host = Parts::of(location).map(|parts| parts.name);
    Some(host.unwrap_or_else(|| "the same host".into()))
}
