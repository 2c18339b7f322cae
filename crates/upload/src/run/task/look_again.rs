//! For `--verify`: looks whether a picture that an earlier run applied is still where it was put.

use std::sync::Arc;

use super::state::{Next, Task};
use super::uncertain::may_pass;
use crate::clock;
use crate::destination::Shown;
use crate::hints;
use crate::pace::Lease;
use crate::run::values::Status;
use crate::verdict::{Action, Verdict};

impl Task<'_> {
    /// Whether `--verify` has to look at a place where the picture was applied before: somebody can remove or
    /// replace a file, and nothing else would show it.
    pub(super) fn looks_again(&self) -> bool {
        self.run.options.verify && self.delivery.destination.keeps_bytes()
    }

    /// Looks whether the picture is where it was put. The journal stays as it is.
    pub(super) fn look_again(&mut self, lease: &mut Lease<'_>) -> Next {
        let scope = self.entry.target.scope.clone();
        if self.scopes.is_silent(&scope) {
            return self.not_looked_at("no_answer", "the server does not answer");
        }
        self.report_start("looking whether the picture is still there");
        let destination = Arc::clone(&self.delivery.destination);
        let found = match destination.shown() {
            Ok(Shown::Nothing) => Ok(None),
            Err(verdict) if may_pass(&verdict) => Err(verdict),
            // A server can refuse this question and answer the next one.
            Ok(_) | Err(_) => destination.fetch().map(Some),
        };
        match &found {
            Err(verdict) if matches!(verdict.action, Action::Retry { .. }) => {
                self.scopes.looked(&scope, false);
                self.reached = Some(false);
            }
            _ => {
                self.scopes.looked(&scope, true);
                self.reached = Some(true);
            }
        }
        match found {
            Ok(None) => {
                let text = "it was applied before, and nothing is there now";
                self.note("shows_nothing", text, hints::SIMILAR);
                Next::Done(Status::Rejected)
            }
            Ok(Some(shown)) => self.found_again(shown.as_deref()),
            Err(verdict) if may_pass(&verdict) => self.look_later(lease, &verdict),
            Err(verdict) => self.not_compared_again(&verdict.text),
        }
    }

    /// Judges the file that is where the picture was put; `None` if the destination does not show it.
    fn found_again(&mut self, shown: Option<&[u8]>) -> Next {
        let Some(shown) = shown else {
            return self.not_compared_again("the destination does not show it");
        };
        match self.payload() {
            Err(verdict) => self.not_compared_again(&verdict.text),
            Ok(payload) if payload.bytes() == shown => self.up_to_date(),
            Ok(_) => {
                let text = "it was applied before, and something else is there now";
                self.note("shows_otherwise", text, hints::SIMILAR);
                Next::Done(Status::Rejected)
            }
        }
    }

    fn not_compared_again(&mut self, why: &str) -> Next {
        let text = format!("applied before, but not compared: {why}");
        self.note("not_compared", &text, "look at the account");
        Next::Done(Status::UpToDate)
    }

    /// Looks again after a failure, or leaves it to another run: after some failures, whatever the question was, or if
    /// the server names a long pause.
    fn look_later(&mut self, lease: &mut Lease<'_>, verdict: &Verdict) -> Next {
        if let Some(pause) = self.next_question(lease, verdict, "look again") {
            return self.after(pause + self.random(1));
        }
        let until = Some(lease.times.deferred).filter(|until| *until > clock::now());
        self.entry.not_before = until;
        self.not_looked_at(verdict.code, &verdict.text)
    }

    /// Ends without having looked: whether the picture is still there is left to another run.
    pub(super) fn not_looked_at(&mut self, code: &str, why: &str) -> Next {
        let text = format!("it was applied before, and was not looked at now: {why}");
        self.note(code, &text, "run the same command again later");
        Next::Done(Status::Deferred)
    }
}
