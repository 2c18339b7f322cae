//! The HTTP clients: one for encrypted connections only, one that also connects to this machine.
//! All stores share them, so that connections are used again.

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

/// Tries after the first, with growing pauses; together about a minute.
pub(crate) fn retries() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(15),
            base: 2.0,
        },
        max_retries: 8,
        retry_timeout: Duration::from_secs(120),
    }
}

/// Hands the same client to every store.
#[derive(Debug, Clone)]
pub(crate) struct Connector(Service);

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.0.clone()))
    }
}

/// The two clients.
#[derive(Debug, Clone)]
pub(crate) struct Connectors {
    encrypted: Connector,
    any: Connector,
}

impl Connectors {
    pub(crate) fn new() -> Result<Self, StoreError> {
        // The client panics without one. Fails if there is one already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            encrypted: connector(true)?,
            any: connector(false)?,
        })
    }

    /// The client for a store; `plain` also allows connections without encryption.
    pub(crate) fn get(&self, plain: bool) -> Connector {
        match plain {
            true => self.any.clone(),
            false => self.encrypted.clone(),
        }
    }
}

fn connector(https_only: bool) -> Result<Connector, StoreError> {
    let client = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT)
        .read_timeout(READ)
        .https_only(https_only)
        // The address of a redirect must not learn the signature of the first.
        .referer(false)
        .redirect(reqwest::redirect::Policy::limited(REDIRECTS))
        // Retries are those of `retries`, and no others.
        .retry(reqwest::retry::never())
        .http1_only()
        .build();
    client
        .map(|client| Connector(Service(client)))
        .map_err(|_| {
            StoreError::new(
                Kind::Other,
                "TLS",
                "the certificates of this system's authorities cannot be read",
            )
        })
}
