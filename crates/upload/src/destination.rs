//! Where payloads go: what every destination answers, and in which terms.

use std::fmt;
use std::time::Duration;

use crate::payload::Payload;
use crate::verdict::Verdict;

/// Something with one credential: it is paced, rests, stops and becomes ready as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope {
    /// The kind of destination, like `green-api/whatsapp`.
    pub service: String,
    /// The host, where there is one.
    pub host: String,
    /// The account there; empty where a host has no accounts.
    pub id: String,
}

/// What a picture fills: one place of a scope. Names it in the journal; holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Target {
    /// What it belongs to.
    pub scope: Scope,
    /// The place in it; empty where the scope has only one.
    pub slot: String,
}

impl Target {
    /// Its name within the service, for people and programs.
    #[must_use]
    pub fn id(&self) -> String {
        match (self.scope.id.as_str(), self.slot.as_str()) {
            (id, "") => id.into(),
            ("", slot) => slot.into(),
            (id, slot) => format!("{id}/{slot}"),
        }
    }
}

/// The way to a target.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Access {
    /// Names what all targets share that are reached the same way: what is wrong there, such as an
    /// address, is wrong for all of them.
    pub endpoint: String,
    /// Changes when the credential or the address changes; the credential cannot be told from it.
    pub fingerprint: String,
}

/// How often a scope may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spacing {
    /// Between the starts of two sends.
    pub sends: Duration,
    /// Between two questions.
    pub questions: Duration,
    /// Between two questions whether a scope is ready.
    pub polls: Duration,
}

impl Spacing {
    /// For destinations without limits.
    pub const NONE: Self = Self {
        sends: Duration::ZERO,
        questions: Duration::ZERO,
        polls: Duration::ZERO,
    };
}

/// What a target shows, as far as the destination says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Shown {
    /// The destination does not say.
    #[default]
    Untold,
    /// No picture.
    Nothing,
    /// A picture with exactly these bytes, named by their SHA-256.
    Bytes(String),
    /// Some picture; the words change when the picture changes.
    Version(String),
}

const NOTHING: &str = "nothing";
const BYTES: &str = "bytes ";
const VERSION: &str = "version ";

impl Shown {
    /// The text that the journal keeps; none if the destination did not say.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        match self {
            Self::Untold => None,
            Self::Nothing => Some(NOTHING.into()),
            Self::Bytes(sha256) => Some(format!("{BYTES}{sha256}")),
            Self::Version(version) => Some(format!("{VERSION}{version}")),
        }
    }

    /// The same from the journal; what is not understood was not said.
    #[must_use]
    pub fn from_text(text: Option<&str>) -> Self {
        let Some(text) = text else {
            return Self::Untold;
        };
        match (text.strip_prefix(BYTES), text.strip_prefix(VERSION)) {
            _ if text == NOTHING => Self::Nothing,
            (Some(sha256), _) => Self::Bytes(sha256.into()),
            (_, Some(version)) => Self::Version(version.into()),
            _ => Self::Untold,
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to_text().as_deref().unwrap_or("untold"))
    }
}

/// Something that shows one picture per target. It says what its signals mean; when to send, what
/// to remember and what to do next is the business of [`crate::Run`]. Accounts go by the names
/// that the caller gave them.
pub trait Destination: Send + Sync {
    /// The target of the account of that name.
    fn target(&self, account: &str) -> Option<Target>;

    /// The way to it.
    fn access(&self, _account: &str) -> Access {
        Access::default()
    }

    /// How often the account's scope may be called.
    fn spacing(&self, account: &str) -> Spacing;

    /// The request that a send makes, for people: without any secret.
    fn request(&self, _account: &str) -> String {
        String::new()
    }

    /// Asks whether the account's scope can be sent to.
    ///
    /// # Errors
    /// The verdict where it cannot.
    fn ready(&self, account: &str) -> Result<(), Verdict>;

    /// Asks what the account shows now.
    ///
    /// # Errors
    /// The verdict of a question that got no usable answer.
    fn shown(&self, account: &str) -> Result<Shown, Verdict>;

    /// Fetches the picture that the account shows; none if the destination has no way to.
    ///
    /// # Errors
    /// The verdict where it did not come.
    fn fetch(&self, _account: &str) -> Result<Option<Vec<u8>>, Verdict> {
        Ok(None)
    }

    /// Sends the payload once. Sending the same again changes nothing.
    fn send(&self, account: &str, payload: &Payload) -> Verdict;
}
