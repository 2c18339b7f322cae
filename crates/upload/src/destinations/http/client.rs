//! The HTTP client: one for questions and one for sends, which differ in their timeouts.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;

use super::exchange::{Exchange, Request, exchange};
use super::names::Names;
use super::phase::{Phase, Timeouts};
use super::tls;
use crate::redact::Redactor;
use crate::secret::Secret;
use crate::time_scale::TimeScale;

const USER_AGENT: &str = concat!("avatar-prep/", env!("CARGO_PKG_VERSION"));

/// Shortest timeout in a rehearsal: a busy machine needs this time to answer at any speed.
const LEAST_TIMEOUT: Duration = Duration::from_secs(2);

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

/// What the accounts of one service share.
pub(crate) struct Service {
    pub(crate) client: Client,
    /// Knows the secrets of all accounts, because the service could repeat those of any.
    pub(crate) redactor: Redactor,
}

impl Service {
    /// A service whose accounts have these secrets. In a rehearsal, timeouts are shortened by the
    /// factor of `speed`.
    pub(crate) fn new(secrets: impl IntoIterator<Item = Secret>, speed: TimeScale) -> Arc<Self> {
        Arc::new(Self {
            client: Client::new(speed),
            redactor: Redactor::new(secrets),
        })
    }
}

/// An HTTP client that follows no redirect, uses no proxy and opens a new connection for each call:
/// if a reused connection turned out to be closed, it would be unknown whether a picture was sent.
pub(crate) struct Client {
    questions: Timed,
    sends: Timed,
}

impl Client {
    fn new(speed: TimeScale) -> Self {
        let scaled = |timeouts: Timeouts| Timeouts {
            whole: speed.real(timeouts.whole).max(LEAST_TIMEOUT),
            ..timeouts
        };
        Self {
            questions: Timed::new(scaled(QUESTION)),
            sends: Timed::new(scaled(SEND)),
        }
    }

    /// Sends a question; it can be repeated without changing anything.
    pub(crate) fn ask(&self, request: &Request<'_>) -> Exchange {
        self.questions.call(request)
    }

    /// Sends a picture; it must not be repeated before it is known what became of it.
    pub(crate) fn send(&self, request: &Request<'_>) -> Exchange {
        self.sends.call(request)
    }
}

/// A client with its timeouts; none if the system's authorities for TLS cannot be read.
struct Timed {
    client: Option<reqwest::Client>,
    timeouts: Timeouts,
}

impl Timed {
    fn new(timeouts: Timeouts) -> Self {
        let client = tls::settings().and_then(|settings| {
            reqwest::Client::builder()
                .tls_backend_preconfigured(settings)
                .dns_resolver(Arc::new(Names))
                .user_agent(USER_AGENT)
                .redirect(Policy::none())
                .referer(false)
                .no_proxy()
                .http1_only()
                .retry(reqwest::retry::never())
                .pool_max_idle_per_host(0)
                .connect_timeout(timeouts.connect)
                .build()
                .ok()
        });
        Self { client, timeouts }
    }

    /// Each call has its own runtime on the caller's thread, so that callers do not wait for each
    /// other, and nothing of a call goes on after it.
    fn call(&self, request: &Request<'_>) -> Exchange {
        let Some(client) = &self.client else {
            let why = "no TLS: the certificates of this system's authorities cannot be read";
            return Exchange::ended(Phase::NotConnected, why.into());
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let Ok(runtime) = runtime else {
            let why = "no connection can be made from here";
            return Exchange::ended(Phase::NotConnected, why.into());
        };
        let done = runtime.block_on(exchange(client, self.timeouts, request));
        // A name that is still looked up would hold the end up for minutes.
        runtime.shutdown_background();
        done
    }
}
