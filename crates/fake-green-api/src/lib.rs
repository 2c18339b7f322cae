//! A local server that behaves like GREEN-API: `SetProfilePicture` and related calls, with
//! limiters, states of accounts, and every way in which an answer can fail. For tests and
//! rehearsals; it listens on this machine only.

mod admin;
mod clock;
mod connection;
mod http;
mod instance;
mod limiter;
mod multipart;
mod picture;
mod record;
mod reply;
mod routes;
mod scenario;
mod script;
mod scripted;
mod server;
mod shared;
mod tls;

use std::time::Duration;

pub use instance::Product;
pub use limiter::Algorithm;
pub use multipart::Part;
pub use record::{Record, Records};
pub use scenario::{Loss, STYLES, Scenario, Style};
pub use script::{UnknownScenario, script};
pub use server::Fake;
pub use tls::Certificate;

pub(crate) use clock::Clock;

/// What must be right for a part to count as a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MediaPolicy {
    /// Its `Content-Type`.
    Header,
    /// Its file name.
    Name,
    /// Its first bytes.
    Content,
    /// Everything.
    #[default]
    All,
}

/// What is checked first; how the real service does it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The token, then the limiter, then the state of the account.
    #[default]
    TokenFirst,
    /// The limiter, then the token, then the state of the account.
    LimiterFirst,
    /// The token, then the state of the account, then the limiter.
    LifeBeforeLimiter,
}

/// How a server behaves.
#[derive(Debug, Clone)]
pub struct Config {
    /// Port of the service; 0 for any free one.
    pub port: u16,
    /// Port of the status page and the records; 0 for any free one.
    pub admin_port: u16,
    /// How many times faster than real time its clock runs.
    pub time_scale: f64,
    /// Whether it accepts every account, with the first token that is used for it.
    pub any_account: bool,
    /// How calls are counted.
    pub limiter: Algorithm,
    /// What is checked first.
    pub order: Order,
    /// Another client uses up the allowance before every n-th picture.
    pub neighbour: Option<u64>,
    /// Whether calls over the limit count too, so that they prolong the wait.
    pub rejected_calls_count: bool,
    /// Least time between two pictures that the messenger accepts.
    pub messenger_gap: Duration,
    /// After this many refusals in a row the messenger refuses everything for `penalty`.
    pub penalty_after: Option<u32>,
    /// How long the messenger then refuses everything.
    pub penalty: Duration,
    /// What must be right for a part to count as a picture.
    pub media: MediaPolicy,
    /// Whether pictures are checked.
    pub looks_at_pictures: bool,
    /// Smallest edge of a picture.
    pub min_edge: u32,
    /// Largest body that is accepted, in bytes.
    pub max_body: usize,
    /// Whether a wrong token is answered with 200.
    pub unauthorized_in_200: bool,
    /// Whether an unknown account is answered with JSON instead of a page.
    pub forbidden_as_json: bool,
    /// Whether the messenger shows a picture at another host and in another folder each time.
    pub rotates_addresses: bool,
    /// Whether answers to account calls contain the picture itself, and how many bytes more.
    pub inline_pictures: Option<usize>,
    /// The certificate, if it uses TLS.
    pub tls: Option<Certificate>,
    /// The name that the certificate gives to its owner.
    pub tls_subject: String,
}

impl Config {
    fn scheme(&self) -> &'static str {
        match self.tls {
            Some(_) => "https",
            None => "http",
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: 0,
            admin_port: 0,
            time_scale: 1.0,
            any_account: false,
            limiter: Algorithm::Sliding,
            order: Order::TokenFirst,
            neighbour: None,
            rejected_calls_count: false,
            messenger_gap: Duration::from_secs(10),
            penalty_after: None,
            penalty: Duration::from_secs(30 * 60),
            media: MediaPolicy::All,
            looks_at_pictures: true,
            min_edge: 192,
            max_body: 10_000_000,
            unauthorized_in_200: false,
            forbidden_as_json: false,
            rotates_addresses: false,
            inline_pictures: None,
            tls: None,
            tls_subject: "Fake Server".into(),
        }
    }
}
