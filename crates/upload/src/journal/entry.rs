//! What the journal knows of one delivery.

use std::time::Duration;

use crate::destination::{Shown, Target};

/// How far a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It will be sent.
    Planned,
    /// An attempt began. If this is the last state, its outcome is unknown.
    Sending,
    /// The account shows it.
    Applied,
    /// It was applied, or may have been, and then another picture was applied.
    Replaced,
    /// It failed, and a person has to correct something.
    Rejected,
    /// It is to be sent later, in another run.
    Deferred,
    /// It is not known whether it was applied.
    Unknown,
}

/// Names of the states, as they are stored and printed.
const STATES: [(State, &str); 7] = [
    (State::Planned, "planned"),
    (State::Sending, "sending"),
    (State::Applied, "applied"),
    (State::Replaced, "replaced"),
    (State::Rejected, "rejected"),
    (State::Deferred, "deferred"),
    (State::Unknown, "unknown"),
];

impl State {
    /// The name of the state, as it is stored and printed.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = STATES.iter().find(|(state, _)| *state == self);
        found.map_or("unknown", |(_, name)| name)
    }

    /// A state that only a later version of the program knows counts as [`State::Unknown`], so that
    /// it is verified before anything is sent.
    pub(super) fn of(name: &str) -> Self {
        let found = STATES.iter().find(|(_, known)| *known == name);
        found.map_or(Self::Unknown, |(state, _)| *state)
    }
}

/// One picture for one target. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where the picture is sent.
    pub target: Target,
    /// SHA-256 of the bytes.
    pub sha256: String,
    /// The account's name in the accounts file.
    pub account: String,
    /// The picture's name.
    pub picture: String,
    /// State of the delivery.
    pub state: State,
    /// Sends so far, over all runs.
    pub sends: u32,
    /// What the target showed before the first send.
    pub before: Shown,
    /// An address at which a person can look at the picture.
    pub link: Option<String>,
    /// Stable code of the cause of the state.
    pub code: String,
    /// One sentence about the cause.
    pub message: String,
    /// What a person can try.
    pub hint: String,
    /// No attempt before this time, as the time since 1970.
    pub not_before: Option<Duration>,
    /// A hash of the [`Access`](crate::Access) with which it was refused: it is not sent again until that changes. The
    /// credential cannot be found from it by trying.
    pub refused_by: Option<String>,
    /// When the entry changed last, as the time since 1970.
    pub updated: Duration,
}
