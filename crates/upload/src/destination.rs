//! Where payloads go: what every destination answers, and in which terms.

use std::time::Duration;

use crate::payload::Payload;
use crate::verdict::Verdict;

/// Names an account for the journal and the pacing; holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountKey {
    /// The kind of destination, like `green-api/whatsapp`.
    pub service: String,
    /// The host, where there is one.
    pub host: String,
    /// The account there.
    pub id: String,
}

/// How often an account may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spacing {
    /// Between the starts of two sends.
    pub sends: Duration,
    /// Between two questions.
    pub questions: Duration,
    /// Between two questions whether an account is ready.
    pub polls: Duration,
}

impl Spacing {
    /// For destinations that do not mind.
    pub const NONE: Self = Self {
        sends: Duration::ZERO,
        questions: Duration::ZERO,
        polls: Duration::ZERO,
    };
}

/// Something that shows one picture per account. It says what its signals mean; when to send,
/// what to remember and what to do next is the business of [`crate::Run`].
pub trait Destination: Send + Sync {
    /// Key of the account of that name.
    fn key(&self, account: &str) -> Option<AccountKey>;

    /// How often an account may be called.
    fn spacing(&self) -> Spacing;

    /// Asks whether the account can be sent to.
    ///
    /// # Errors
    /// The verdict where it cannot.
    fn ready(&self, account: &str) -> Result<(), Verdict>;

    /// Names what the account shows now, in words that change when the picture changes; empty if
    /// it shows nothing, none if the destination does not tell.
    ///
    /// # Errors
    /// The verdict of a question that got no usable answer.
    fn shown(&self, account: &str) -> Result<Option<String>, Verdict>;

    /// Fetches the bytes that the account shows; none if the destination has no way to.
    ///
    /// # Errors
    /// The verdict where they did not come.
    fn fetch(&self, _account: &str) -> Result<Option<Vec<u8>>, Verdict> {
        Ok(None)
    }

    /// Sends the payload once. Sending the same again changes nothing.
    fn send(&self, account: &str, payload: &Payload) -> Verdict;
}
