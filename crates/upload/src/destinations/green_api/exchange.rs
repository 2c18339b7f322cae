//! One request and what came of it. Errors of the HTTP library hold the full address, so nothing
//! of them leaves this file but a [`Phase`].

use std::error::Error;
use std::io::{self, Read};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use reqwest::blocking::{Body, Client, RequestBuilder, Response};
use reqwest::header::{ACCEPT, CONTENT_TYPE, DATE, HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::redirect::Policy;

use super::body::{Counted, Form};
use super::classify::Phase;
use super::retry_after;

/// How much of an answer is read.
const LONGEST_ANSWER: usize = 64 * 1024;

/// How much of a picture.
const LONGEST_PICTURE: usize = 10_000_000;

const USER_AGENT: &str = concat!("avatar-prep/", env!("CARGO_PKG_VERSION"));

/// How long a call may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeouts {
    pub(super) connect: Duration,
    pub(super) whole: Duration,
}

/// What came of a request.
pub(super) struct Exchange {
    pub(super) phase: Phase,
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    /// The server's wish, from the arrival of its answer.
    pub(super) retry_after: Option<Duration>,
    /// Where a redirect would have led.
    pub(super) redirected_to: Option<String>,
}

/// A client that follows nothing, asks no proxy and shares no connection between calls: a stale
/// connection would make it unknowable whether a picture was sent.
pub(super) fn client(timeouts: Timeouts) -> Option<Client> {
    // A second installation fails, and then the first one serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .user_agent(USER_AGENT)
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .http1_only()
        .retry(reqwest::retry::never())
        .pool_max_idle_per_host(0)
        .connect_timeout(timeouts.connect)
        .timeout(timeouts.whole)
        .build()
        .ok()
}

/// Asks a question; it may be repeated without harm.
pub(super) fn ask(client: &Client, timeouts: Timeouts, url: &str) -> Exchange {
    let call = Call::new(timeouts, "application/json", LONGEST_ANSWER);
    call.finish(client.get(url), || false)
}

/// Fetches a picture; one that is longer than allowed is as if it had not come.
pub(super) fn fetch(client: &Client, timeouts: Timeouts, url: &str) -> Option<Vec<u8>> {
    let call = Call::new(timeouts, "image/jpeg", LONGEST_PICTURE + 1);
    let exchange = call.finish(client.get(url), || false);
    let whole = exchange.phase == Phase::Answered && exchange.status == 200;
    (whole && exchange.body.len() <= LONGEST_PICTURE).then_some(exchange.body)
}

/// Sends a form.
pub(super) fn send(client: &Client, timeouts: Timeouts, url: &str, form: &Form) -> Exchange {
    let length = form.bytes.len();
    let (body, read) = Counted::new(form.bytes.clone());
    let request = client
        .post(url)
        .header(CONTENT_TYPE, form.content_type.as_str())
        .body(Body::sized(body, length as u64));
    let call = Call::new(timeouts, "application/json", LONGEST_ANSWER);
    call.finish(request, || read.load(Ordering::SeqCst) >= length)
}

/// What bounds one exchange.
struct Call {
    accepts: &'static str,
    most: usize,
    end: Instant,
}

impl Call {
    fn new(timeouts: Timeouts, accepts: &'static str, most: usize) -> Self {
        let end = Instant::now() + timeouts.whole;
        Self { accepts, most, end }
    }

    fn finish(&self, request: RequestBuilder, all_sent: impl Fn() -> bool) -> Exchange {
        match request.header(ACCEPT, self.accepts).send() {
            Ok(response) => self.answered(response),
            Err(error) => Exchange::ended(phase(&error, all_sent())),
        }
    }

    fn answered(&self, response: Response) -> Exchange {
        let status = response.status().as_u16();
        let retry_after = wish(response.headers());
        let redirected_to = target(response.headers());
        let (body, whole) = self.read(response);
        // Only a 200 says by its body whether the picture was applied.
        let phase = if whole || status != 200 {
            Phase::Answered
        } else {
            Phase::Sent
        };
        Exchange {
            phase,
            status,
            body,
            retry_after,
            redirected_to,
        }
    }

    /// Reads as much as is wanted, and whether nothing failed before that. The library's timeout
    /// starts again with every read, so a server that drips is cut off here.
    fn read(&self, mut response: Response) -> (Vec<u8>, bool) {
        let mut body = Vec::new();
        let mut chunk = [0; 8 * 1024];
        while body.len() < self.most {
            if Instant::now() >= self.end {
                return (body, false);
            }
            match response.read(&mut chunk) {
                Ok(0) => return (body, true),
                Ok(count) => body.extend_from_slice(chunk.get(..count).unwrap_or_default()),
                Err(_) => return (body, false),
            }
        }
        body.truncate(self.most);
        (body, true)
    }
}

impl Exchange {
    fn ended(phase: Phase) -> Self {
        Self {
            phase,
            status: 0,
            body: Vec::new(),
            retry_after: None,
            redirected_to: None,
        }
    }
}

fn phase(error: &reqwest::Error, all_sent: bool) -> Phase {
    if is_certificate(error) {
        return Phase::Untrusted;
    }
    // The library reads ahead: a body that it could not get rid of was read and not sent.
    let all_sent = all_sent && !error.is_body();
    match (error.is_connect() || error.is_builder(), all_sent) {
        (true, _) => Phase::NotConnected,
        (false, true) => Phase::Sent,
        (false, false) => Phase::Sending,
    }
}

/// Whether a certificate was refused somewhere down the chain of causes.
fn is_certificate(error: &(dyn Error + 'static)) -> bool {
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return matches!(
            tls,
            rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented
        );
    }
    let wrapped = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    if wrapped.is_some_and(|inner| is_certificate(inner)) {
        return true;
    }
    error.source().is_some_and(is_certificate)
}

fn wish(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    retry_after::parse(text(RETRY_AFTER)?, text(DATE))
}

/// The host of a redirect: its path would repeat the token.
fn target(headers: &HeaderMap) -> Option<String> {
    let location = headers.get(LOCATION)?.to_str().ok()?;
    let url = reqwest::Url::parse(location).ok();
    let host = url.as_ref().and_then(|url| url.host_str());
    Some(host.unwrap_or("the same host").to_string())
}
