//! The outcomes of deliveries, including those that never began or that ended in a panic.

use std::time::Duration;

use super::state::{Stage, Task};
use crate::destination::{Scope, Shown, Target};
use crate::journal::{Entry, State};
use crate::run::values::{Delivery, Outcome, Status};
use crate::verdict::Verdict;

impl Task<'_> {
    pub(super) fn outcome(&self, status: Status) -> Outcome {
        Outcome {
            status,
            entry: self.entry.clone(),
            reached: self.reached,
            endpoint: self.access.endpoint.clone(),
        }
    }

    /// The outcome in case the next step panics; the journal then stays as it is.
    pub(crate) fn panicked(&self) -> Outcome {
        let mut outcome = self.outcome(Status::Unknown);
        outcome.entry.code = "panicked".into();
        outcome.entry.message = "a bug in this program".into();
        outcome.entry.hint = "please report it; the next run finds out what came of it".into();
        outcome
    }

    /// Ends a task because the run stops, and keeps what is known about it.
    pub(crate) fn cut(mut self, code: &'static str, text: &str) -> Outcome {
        if matches!(self.stage, Stage::Compare) {
            return self.outcome(Status::Applied);
        }
        if matches!(self.stage, Stage::LookAgain) {
            // The journal stays as it is: the picture was applied before.
            self.not_looked_at(code, text);
            return self.outcome(Status::Deferred);
        }
        let (state, status) = match (self.unverified, self.sends) {
            (true, _) => (State::Unknown, Status::Unknown),
            (false, 0) => (State::Planned, Status::NotStarted),
            (false, _) => (State::Deferred, Status::Deferred),
        };
        self.entry.state = state;
        self.note(code, text, "run the same command again");
        if !self.leaves_the_journal() {
            // If this fails, the journal still has the state from before.
            let _ = self.run.journal.write(&self.entry);
        }
        self.outcome(status)
    }
}

pub(super) fn planned(delivery: &Delivery, target: Target) -> Entry {
    Entry {
        target,
        sha256: delivery.contents.sha256().into(),
        account: delivery.account.clone(),
        picture: delivery.picture.clone(),
        state: State::Planned,
        sends: 0,
        before: Shown::Untold,
        link: None,
        code: "planned".into(),
        message: "to be sent".into(),
        hint: String::new(),
        not_before: None,
        refused_by: None,
        updated: Duration::ZERO,
    }
}

/// The outcome in case the look-up of a delivery panics: nothing was sent.
pub(crate) fn never_begun(delivery: &Delivery) -> Outcome {
    let scope = Scope {
        service: String::new(),
        host: String::new(),
        id: delivery.account.clone(),
    };
    let slot = String::new();
    let mut entry = planned(delivery, Target { scope, slot });
    entry.code = "panicked".into();
    entry.message = "a bug in this program".into();
    entry.hint = "please report it".into();
    unsent(entry, Status::NotStarted)
}

/// The outcome of a delivery whose bytes cannot be read: nothing was sent, and nothing is recorded,
/// because its hash is not known.
pub(super) fn unreadable(delivery: &Delivery, target: Target, why: Verdict) -> Outcome {
    let mut entry = planned(delivery, target);
    entry.state = State::Rejected;
    entry.code = why.code.into();
    entry.message = why.text;
    entry.hint = why.hint.into();
    unsent(entry, Status::Rejected)
}

/// The outcome of a delivery that the run did not come to, and whose hash is not known. Fetching it now
/// would make a run that stops go on.
pub(crate) fn not_reached(delivery: &Delivery, code: &'static str, text: &str) -> Outcome {
    let mut entry = planned(delivery, delivery.destination.target());
    entry.code = code.into();
    entry.message = text.into();
    entry.hint = "run the same command again".into();
    unsent(entry, Status::NotStarted)
}

fn unsent(entry: Entry, status: Status) -> Outcome {
    Outcome {
        status,
        entry,
        reached: None,
        endpoint: String::new(),
    }
}
