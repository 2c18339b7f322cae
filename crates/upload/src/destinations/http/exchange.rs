//! One HTTP request and its outcome: an answer, or how far it came without one.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use ureq::http::{HeaderMap, Response};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{Connector, TcpConnector};
use ureq::{Agent, Body, SendBody};

use super::address::Parts;
use super::phase::{Phase, Timeouts};
use super::tls::Tls;
use super::{retry_after, trouble};
use crate::speed::Speed;
use crate::verdict::{Action, Then, Verdict};

const USER_AGENT: &str = concat!("avatar-prep/", env!("CARGO_PKG_VERSION"));

/// Shortest timeout in a rehearsal: a busy machine needs this time to answer at any speed.
const LEAST_TIMEOUT: Duration = Duration::from_secs(2);

/// After so many faults in a row as answers to a question, the delivery is deferred by `FAULTY`.
const MOST_FAULTS: u32 = 3;
const FAULTY: Duration = Duration::from_secs(30 * 60);

/// For questions, which a working server answers at once.
const QUESTION: Timeouts = Timeouts {
    connect: Duration::from_secs(10),
    whole: Duration::from_secs(20),
};

/// For sends, which can take long on a slow network.
const SEND: Timeouts = Timeouts {
    connect: Duration::from_secs(10),
    whole: Duration::from_secs(90),
};

/// One request.
pub(crate) struct Request<'a> {
    pub(crate) verb: &'static str,
    pub(crate) url: &'a str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Arc<[u8]>>,
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

/// An HTTP client that follows no redirect, uses no proxy and opens a new connection for each call:
/// if a reused connection turned out to be closed, it would be unknown whether a picture was sent.
pub(crate) struct Client {
    questions: (Agent, Timeouts),
    sends: (Agent, Timeouts),
}

impl Client {
    /// A client whose timeouts are shortened by the factor of `speed` in a rehearsal.
    pub(crate) fn new(speed: Speed) -> Self {
        let scaled = |timeouts: Timeouts| Timeouts {
            whole: speed.real(timeouts.whole).max(LEAST_TIMEOUT),
            ..timeouts
        };
        let (question, send) = (scaled(QUESTION), scaled(SEND));
        Self {
            questions: (agent(question), question),
            sends: (agent(send), send),
        }
    }

    /// Sends a question; it can be repeated without changing anything.
    pub(crate) fn ask(&self, request: &Request<'_>) -> Exchange {
        call(&self.questions, request)
    }

    /// Sends a picture; it must not be repeated before it is known what became of it.
    pub(crate) fn send(&self, request: &Request<'_>) -> Exchange {
        call(&self.sends, request)
    }
}

fn agent(timeouts: Timeouts) -> Agent {
    let config = Agent::config_builder()
        .user_agent(USER_AGENT)
        .proxy(None)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_idle_connections(0)
        .timeout_resolve(Some(timeouts.connect))
        .timeout_connect(Some(timeouts.connect))
        .timeout_global(Some(timeouts.whole))
        .build();
    let connector = TcpConnector::default().chain(Tls);
    Agent::with_parts(config, connector, DefaultResolver::default())
}

fn call((agent, timeouts): &(Agent, Timeouts), request: &Request<'_>) -> Exchange {
    let mut body = Counted::new(request.body.clone().unwrap_or_default());
    let mut builder = ureq::http::Request::builder()
        .method(request.verb)
        .uri(request.url);
    for (name, value) in &request.headers {
        builder = builder.header(*name, value);
    }
    let result = match &request.body {
        // A server that refuses the picture for its length then says so before the body is sent.
        Some(bytes) => builder
            .header("Content-Length", bytes.len())
            .header("Expect", "100-continue")
            .body(SendBody::from_reader(&mut body))
            .map_err(ureq::Error::from)
            .and_then(|request| agent.run(request)),
        None => builder
            .body(())
            .map_err(ureq::Error::from)
            .and_then(|request| agent.run(request)),
    };
    let host = Parts::of(request.url).map_or_else(String::new, |parts| parts.host);
    match result {
        Ok(response) => answered(response, request.most, &host, *timeouts),
        Err(error) => {
            let (phase, why) = trouble::of(&error, *timeouts, body.is_read());
            Exchange::ended(phase, format!("{host}: {why}"))
        }
    }
}

fn answered(response: Response<Body>, most: usize, host: &str, timeouts: Timeouts) -> Exchange {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let retry_after = wish(&headers);
    let redirected_to = target(&headers);
    let mut body = Vec::new();
    let read = response
        .into_body()
        .into_reader()
        .take(most as u64)
        .read_to_end(&mut body);
    // Only with status 200 does the body decide whether the picture was applied.
    let (phase, trouble) = match read {
        Err(error) if status == 200 => {
            let error = ureq::Error::from(error);
            let (_, why) = trouble::of(&error, timeouts, true);
            (Phase::Sent, format!("{host}: {why}"))
        }
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
    fn ended(phase: Phase, trouble: String) -> Self {
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

/// A body that counts how many of its bytes were handed to the network.
struct Counted {
    bytes: Arc<[u8]>,
    read: usize,
}

impl Counted {
    fn new(bytes: Arc<[u8]>) -> Self {
        Self { bytes, read: 0 }
    }

    fn is_read(&self) -> bool {
        self.read >= self.bytes.len() && !self.bytes.is_empty()
    }
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self
            .bytes
            .get(self.read..)
            .unwrap_or_default()
            .read(buffer)?;
        self.read += count;
        Ok(count)
    }
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
