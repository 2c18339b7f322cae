//! One row of a table that says what the answers of a service mean.

use std::time::Duration;

use crate::redact::Redactor;
use crate::verdict::{Action, Then, Verdict};

pub(super) const HALF_AN_HOUR: Duration = Duration::from_secs(30 * 60);
pub(super) const TWO_HOURS: Duration = Duration::from_secs(2 * 60 * 60);

/// What follows when attempts are used up and the next run is to try again.
pub(super) const LATER: Then = Then::Defer(HALF_AN_HOUR);

pub(super) const AGAIN: &str = "run the same command again later";

/// What one status, code or text means.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) code: &'static str,
    pub(super) action: Action,
    pub(super) text: &'static str,
    pub(super) hint: &'static str,
}

pub(super) const fn row(
    code: &'static str,
    action: Action,
    text: &'static str,
    hint: &'static str,
) -> Row {
    Row {
        code,
        action,
        text,
        hint,
    }
}

impl Row {
    /// The verdict without words of the server.
    pub(super) fn verdict(&self) -> Verdict {
        Verdict::new(self.action.clone(), self.code, self.text, self.hint)
    }

    /// The verdict with words of the server, which are masked; without them if they are empty.
    pub(super) fn quoting(&self, words: &str, redactor: &Redactor) -> Verdict {
        let mut verdict = self.verdict();
        let words = redactor.text(words.trim());
        if !words.is_empty() {
            verdict.text = format!("{}: {words}", self.text);
        }
        verdict
    }
}
