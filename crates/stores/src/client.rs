//! The HTTP clients: one for encrypted connections only, one that also connects to this machine.
//! All stores share them, so that connections are used again.

use std::sync::OnceLock;
use std::time::Duration;

use object_store::client::{HttpClient, HttpConnector};
use object_store::{BackoffConfig, ClientOptions, RetryConfig};

use crate::answers::Service;
use crate::error::{Kind, StoreError};

const USER_AGENT: &str = concat!("avatar-prep/", env!("CARGO_PKG_VERSION"));

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// Longest wait for the next bytes. There is no limit for a whole body, because large ones over
/// slow networks take minutes.
const READ: Duration = Duration::from_secs(30);

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
pub(crate) struct Connector(Service<reqwest::Client>);

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.0.clone()))
    }
}

/// The two clients. Each is made when it is first asked for, because that reads all certificates of the
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
    let client = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT.min(timeout))
        .read_timeout(READ.min(timeout))
        .https_only(https_only)
        // The address of a redirect must not learn the signature of the first.
        .referer(false)
        .redirect(reqwest::redirect::Policy::limited(REDIRECTS))
        // Retries are those of `retries`, and no others.
        .retry(reqwest::retry::never())
        .http1_only()
        .build();
    client.ok().map(|client| Connector(Service(client)))
}
