//! The contents of the pacing files: the times of a scope, and what was sent to a slot.

use std::time::Duration;

/// A deferral beyond this is taken for an error in the file: the longest real one is a quota that
/// ends with the month.
pub(crate) const LONGEST_DEFERRAL: Duration = Duration::from_secs(32 * 86_400);

/// A pause between two sends beyond this is taken for an error in the file.
pub(super) const LONGEST_SPACING: Duration = Duration::from_secs(20 * 60);

/// When a scope may be called; times since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Times {
    /// No send before this time.
    pub(crate) send: Duration,
    /// No request at all before this time.
    pub(crate) deferred: Duration,
    /// Code of the reason for the deferral.
    pub(crate) code: String,
}

impl Times {
    /// The later ones of two.
    pub(super) fn with(self, other: Self) -> Self {
        let send = self.send.max(other.send);
        match other.deferred > self.deferred {
            true => Self { send, ..other },
            false => Self { send, ..self },
        }
    }
}

/// What was sent to a slot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Sent {
    /// SHA-256 of the last picture that was applied or may have been; empty if there is none.
    pub(crate) last: String,
    /// Whether it is certain that this picture was applied.
    pub(crate) applied: bool,
    /// Number of sends so far, with any outcome.
    pub(crate) sends: u64,
}

impl Sent {
    /// Whether another picture than this one was sent last.
    pub(crate) fn last_was_another(&self, sha256: &str) -> bool {
        !self.last.is_empty() && self.last != sha256
    }

    /// Whether this picture was sent last, and it is not known whether it was applied.
    pub(crate) fn may_show(&self, sha256: &str) -> bool {
        !self.applied && !self.last.is_empty() && self.last == sha256
    }

    /// Whether this picture was applied, and none was sent after it.
    pub(crate) fn shows(&self, sha256: &str) -> bool {
        self.applied && self.last == sha256
    }
}

/// Last word of a line if its picture was applied.
pub(super) const APPLIED: &str = "applied";

/// A dash for an empty field: fields are separated by spaces, so an empty one would be lost.
pub(super) fn or_dash(field: &str) -> &str {
    if field.is_empty() { "-" } else { field }
}

fn words(text: &str) -> Vec<&str> {
    text.lines()
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect()
}

pub(super) fn sent(text: &str) -> Sent {
    let words = words(text);
    let word = |index: usize| words.get(index).filter(|word| **word != "-").copied();
    Sent {
        last: word(0).unwrap_or_default().into(),
        sends: word(1).and_then(|word| word.parse().ok()).unwrap_or(0),
        applied: word(2) == Some(APPLIED),
    }
}

/// Times that were read from a file.
pub(super) struct Found {
    pub(super) times: Times,
    /// Whether they were written under a clock that was ahead of the present one and had to be
    /// adjusted.
    pub(super) is_adjusted: bool,
}

/// If the clock was set back since the times were written, the pause that is left is as long as it
/// was then, and never longer than one that could be written now.
pub(super) fn times(text: &str, now: Duration) -> Found {
    let words = words(text);
    let word = |index: usize| words.get(index).filter(|word| **word != "-").copied();
    let time = |index: usize| {
        let millis = word(index).and_then(|word| word.parse().ok());
        millis.map(Duration::from_millis)
    };
    let ahead = time(3).unwrap_or_default().saturating_sub(now);
    let held = |index: usize, longest: Duration| {
        let time = time(index).unwrap_or_default().saturating_sub(ahead);
        time.min(now.saturating_add(longest))
    };
    let times = Times {
        send: held(0, LONGEST_SPACING),
        deferred: held(1, LONGEST_DEFERRAL),
        code: word(2).unwrap_or_default().into(),
    };
    let as_written = (time(0).unwrap_or_default(), time(1).unwrap_or_default());
    Found {
        is_adjusted: as_written != (times.send, times.deferred),
        times,
    }
}
