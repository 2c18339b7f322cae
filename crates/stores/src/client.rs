//! The HTTP clients: one for encrypted connections only, one that also connects to this machine.
//! All stores share them, so that connections are used again.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
    HttpResponseBody, HttpService,
};
use object_store::{BackoffConfig, ClientOptions, RetryConfig};
use tokio::time::timeout;

use crate::answers::{Answered, Service};
use crate::error::{Kind, StoreError};

const USER_AGENT: &str = concat!("avatar-prep/", env!("CARGO_PKG_VERSION"));

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// Longest wait for the next bytes. There is no limit for a whole body, because large ones over
/// slow networks take minutes.
const READ: Duration = Duration::from_secs(30);

/// Bodies of more bytes are written by a client of their own: the wait for the first bytes of an answer includes
/// that for the body to arrive.
const LARGE: usize = 1 << 20;
/// How many bytes a second a large body must at least move on average.
const SLOWEST: u64 = 250_000;

/// Redirects that are followed.
const REDIRECTS: usize = 5;

/// Tries after the first, with growing pauses; together about a minute. None begins after `timeout`.
fn retries(timeout: Duration) -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(15),
            base: 2.0,
        },
        max_retries: 8,
        retry_timeout: timeout,
    }
}

/// Hands the same client to every store.
#[derive(Debug, Clone)]
pub(crate) struct Connector(Service<Clients>);

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.0.clone()))
    }
}

/// One client for requests, and one for those with large bodies.
#[derive(Debug, Clone)]
pub(crate) struct Clients {
    usual: reqwest::Client,
    /// Made when it is first needed.
    large: Arc<OnceLock<Option<reqwest::Client>>>,
    https_only: bool,
    timeout: Duration,
    /// Longest wait for the next bytes.
    wait: Duration,
}

impl HttpService for Clients {
    fn call<'this, 'answer>(&'this self, request: HttpRequest) -> Answered<'answer>
    where
        'this: 'answer,
        Self: 'answer,
    {
        let length = request.body().content_length();
        if length <= LARGE {
            return self.usual.call(request);
        }
        let time = self.wait + Duration::from_secs(length as u64 / SLOWEST);
        let build = || client(self.https_only, self.timeout).build().ok();
        let large = self.large.get_or_init(build).as_ref();
        let large = large.unwrap_or(&self.usual);
        let wait = self.wait;
        Box::pin(async move {
            let late = |error| HttpError::new(HttpErrorKind::Timeout, error);
            let answer = timeout(time, large.call(request)).await.map_err(late)??;
            // This client has no limit for the wait for bytes. Answers to large bodies are short, so this is one.
            let (parts, body) = answer.into_parts();
            let bytes = timeout(wait, body.bytes()).await.map_err(late)??;
            let body = HttpResponseBody::from(bytes);
            Ok(HttpResponse::from_parts(parts, body))
        })
    }
}

/// The clients for any address, and for encrypted connections only. Each is made when it is first asked for, because that reads all certificates of the
/// system, which takes longer than a small picture.
#[derive(Debug, Clone)]
pub(crate) struct Connectors {
    timeout: Duration,
    encrypted: OnceLock<Option<Connector>>,
    any: OnceLock<Option<Connector>>,
}

impl Connectors {
    /// No wait is longer than `timeout`.
    pub(crate) fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            encrypted: OnceLock::new(),
            any: OnceLock::new(),
        }
    }

    /// How failing requests are repeated.
    pub(crate) fn retries(&self) -> RetryConfig {
        retries(self.timeout)
    }

    /// The client for a store; `plain` also allows connections without encryption.
    pub(crate) fn get(&self, plain: bool) -> Result<Connector, StoreError> {
        let client = match plain {
            true => &self.any,
            false => &self.encrypted,
        };
        let made = client.get_or_init(|| connector(!plain, self.timeout));
        made.clone().ok_or_else(|| {
            let what = "the certificates of this system's authorities cannot be read";
            StoreError::new(Kind::Other, "TLS", what)
        })
    }
}

fn connector(https_only: bool, timeout: Duration) -> Option<Connector> {
    // The client panics without one. Fails if there is one already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let wait = READ.min(timeout);
    let clients = Clients {
        usual: client(https_only, timeout)
            .read_timeout(wait)
            .build()
            .ok()?,
        large: Arc::default(),
        https_only,
        timeout,
        wait,
    };
    Some(Connector(Service(clients)))
}

fn client(https_only: bool, timeout: Duration) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT.min(timeout))
        .https_only(https_only)
        // The address of a redirect must not learn the signature of the first.
        .referer(false)
        .redirect(reqwest::redirect::Policy::limited(REDIRECTS))
        // Retries are those of `retries`, and no others.
        .retry(reqwest::retry::never())
        .http1_only()
}
