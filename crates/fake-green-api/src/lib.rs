//! A local GREEN-API: `SetProfilePicture` and what surrounds it, with its limiters, its states and
//! every way in which an answer can go wrong. For tests and rehearsals; it listens on this machine
//! only.

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

/// What is looked at first; nobody knows how the service does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The token, how often it is called, the life of the account.
    #[default]
    TokenFirst,
    /// How often it is called, the token, the life of the account.
    LimiterFirst,
    /// The token, the life of the account, how often it is called.
    LifeBeforeLimiter,
}

/// How a server behaves.
#[derive(Debug, Clone)]
pub struct Config {
    /// Port of the calls; 0 takes any that is free.
    pub port: u16,
    /// Port of the status page and the records; 0 takes any that is free.
    pub admin_port: u16,
    /// How many times faster than the world its time runs.
    pub time_scale: f64,
    /// Accepts every account with the first token that it comes with.
    pub any_account: bool,
    /// How calls are counted.
    pub limiter: Algorithm,
    /// What is looked at first.
    pub order: Order,
    /// Somebody else uses up the allowance for every so manieth picture.
    pub neighbour: Option<u64>,
    /// Whether calls over the limit prolong the wait.
    pub rejected_calls_count: bool,
    /// Least time between two pictures that the messenger takes.
    pub messenger_gap: Duration,
    /// After so many refusals in a row the messenger sulks.
    pub penalty_after: Option<u32>,
    /// For so long.
    pub penalty: Duration,
    /// What must be right for a part to count as a picture.
    pub media: MediaPolicy,
    /// Whether pictures are looked at.
    pub looks_at_pictures: bool,
    /// Smallest edge of a picture.
    pub min_edge: u32,
    /// Largest body.
    pub max_body: usize,
    /// Whether a wrong token is answered with 200.
    pub unauthorized_in_200: bool,
    /// Whether an unknown account is answered with JSON instead of a page.
    pub forbidden_as_json: bool,
    /// Whether the messenger shows a picture at another host and in another folder each time.
    pub rotates_addresses: bool,
    /// Whether account calls carry the picture itself, and how many bytes more.
    pub inline_pictures: Option<usize>,
    /// Whether it speaks TLS, with a certificate that nobody signed.
    pub tls: bool,
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
            tls: false,
        }
    }
}
