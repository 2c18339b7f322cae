//! The trait of everything that pictures can be sent to, and the values that it speaks of.

use std::time::Duration;

use crate::payload::Payload;
use crate::slow_hash::slow_hash;
use crate::verdict::Verdict;

/// The service whose slots are addresses.
pub(crate) const FILE_SERVER: &str = "http-put";

/// What one credential gives access to, such as an account, or a host of files. Pauses between sends, stops and
/// readiness apply to the whole scope, and so do times that the server itself names. Other deferrals apply to one target,
/// and a refused credential to what is sent with it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope {
    /// The kind of destination, like `green-api/whatsapp`.
    pub service: String,
    /// The host, where there is one.
    pub host: String,
    /// The account at that host; empty if the host has no accounts.
    pub id: String,
}

/// One place in a scope that shows one picture, for example the profile picture of a phone number.
/// Identifies the place in the journal and holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Target {
    /// The scope that the place belongs to.
    pub scope: Scope,
    /// The place in the scope; empty if the scope has only one.
    pub slot: String,
}

impl Target {
    /// The same place with its query as it is stored: the fingerprint in the slot is replaced by a hash from which the
    /// query cannot be found by trying. A target without a query stays as it is.
    pub(crate) fn stored(mut self) -> Self {
        if let Some((path, query)) = self.query() {
            let place = format!("{} {}/{path}", self.scope.service, self.scope.host);
            self.slot = format!("{path}?{}", slow_hash(query, &place));
        }
        self
    }

    /// The path and the hash of the query of an address, if this is one with a query.
    fn query(&self) -> Option<(&str, &str)> {
        let is_address = self.scope.service == FILE_SERVER;
        self.slot.split_once('?').filter(|_| is_address)
    }

    /// The name of the target within its service, for people and programs: `id`, `slot` or
    /// `id/slot`. Of the query of an address it says only that there is one: the slot has its hash, and a
    /// password in it could be found by trying.
    #[must_use]
    pub fn id(&self) -> String {
        let query = self.query();
        let slot = query.map_or_else(|| self.slot.clone(), |(path, _)| format!("{path}?***"));
        match (self.scope.id.as_str(), slot.as_str()) {
            (id, "") => id.into(),
            ("", slot) => slot.into(),
            (id, slot) => format!("{id}/{slot}"),
        }
    }
}

/// How a target is reached: what can be wrong for several targets at once, and what is compared
/// between runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Access {
    /// Equal for all targets that are reached at the same address: if that address is wrong, it is
    /// wrong for all of them.
    pub endpoint: String,
    /// Changes when the credential or the address changes. A short credential can be found from it by trying, so it is
    /// not to be stored.
    pub fingerprint: String,
    /// Equal for all targets of a scope that are sent to with the same credential: if it is refused, it is refused
    /// for all of them. It is not to be stored either.
    pub credential: String,
}

impl Access {
    /// What the journal stores of a refusal with this access; it changes with the fingerprint.
    pub(crate) fn stored(&self) -> String {
        stored_access(&self.fingerprint)
    }
}

/// What is stored of the fingerprint of an access.
pub(crate) fn stored_access(fingerprint: &str) -> String {
    slow_hash(fingerprint, "refused")
}

/// The least pauses between requests to one scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spacing {
    /// Between the starts of two sends.
    pub sends: Duration,
    /// Between two requests that only ask something.
    pub questions: Duration,
    /// Between two requests that ask whether a scope is ready.
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

/// What a target shows now, as far as the destination says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Shown {
    /// The destination does not say.
    #[default]
    Untold,
    /// No picture.
    Nothing,
    /// A picture with exactly these bytes, named by their SHA-256.
    Bytes(String),
    /// Some picture; the text changes when the picture changes.
    Version(String),
}

const NOTHING: &str = "nothing";
const BYTES: &str = "bytes ";
const VERSION: &str = "version ";

impl Shown {
    /// The text that the journal stores; `None` if the destination did not say.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        match self {
            Self::Untold => None,
            Self::Nothing => Some(NOTHING.into()),
            Self::Bytes(sha256) => Some(format!("{BYTES}{sha256}")),
            Self::Version(version) => Some(format!("{VERSION}{version}")),
        }
    }

    /// Reads a text that the journal stored; a text that is not understood counts as
    /// [`Shown::Untold`].
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

/// An account of a service, which shows one picture. It translates the service's answers into
/// verdicts; [`crate::Run`] decides when to send, what to remember and what to do next.
pub trait Destination: Send + Sync {
    /// The account, as the journal and the pacing know it.
    fn target(&self) -> Target;

    /// The names under which earlier versions knew the account, if they are others. What the journal has under
    /// them of an account of the same name is taken over.
    fn former_targets(&self) -> Vec<Target> {
        Vec::new()
    }

    /// Those of the former names that no other account can have had. What the journal and the times of sends have under
    /// them is taken over, whatever the account was called.
    fn own_former_targets(&self) -> Vec<Target> {
        Vec::new()
    }

    /// How the account is reached.
    fn access(&self) -> Access {
        Access::default()
    }

    /// How often the account's scope may be called.
    fn spacing(&self) -> Spacing;

    /// The request that a send makes, as a text for people, without any secret.
    fn request(&self) -> String {
        String::new()
    }

    /// Asks whether the account's scope can be sent to.
    ///
    /// # Errors
    /// Why it cannot be sent to, as a verdict.
    fn ready(&self) -> Result<(), Verdict>;

    /// Asks what the account shows now.
    ///
    /// # Errors
    /// A verdict, if the question got no usable answer.
    fn shown(&self) -> Result<Shown, Verdict>;

    /// Fetches the picture that the account shows; `None` if the destination cannot.
    ///
    /// # Errors
    /// A verdict, if the picture could not be fetched.
    fn fetch(&self) -> Result<Option<Vec<u8>>, Verdict> {
        Ok(None)
    }

    /// Whether the account shows exactly the bytes that were sent, not a picture made from them.
    fn keeps_bytes(&self) -> bool {
        false
    }

    /// Sends the payload once. Sending the same payload again leaves the account as it is.
    fn send(&self, payload: &Payload) -> Verdict;
}
