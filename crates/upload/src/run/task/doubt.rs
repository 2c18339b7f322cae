//! What came of an attempt that nobody knows the end of, and whether what is applied looks as it
//! should: both by asking what the account shows.

use std::time::Duration;

use super::state::{Doubt, LONGEST_PAUSE, MOST_QUESTIONS, Next, REST, Stage, Task};
use crate::journal::State;
use crate::pace::Lease;
use crate::run::backoff::TRANSPORT_FLOOR;
use crate::run::values::Status;
use crate::verdict::{Action, Then, Verdict};

/// What an earlier run left.
pub(super) fn unfinished() -> Doubt {
    let (resends, then) = (1, Then::Defer(REST));
    let text = "an earlier run ended while the picture was being sent";
    let action = Action::Verify { resends, then };
    Doubt {
        cause: Verdict::new(action, "unfinished", text, "look at the account"),
        resends,
        then,
        last_look: false,
    }
}

impl Task<'_> {
    /// Finds out whether an attempt was applied: soon, and once more right before it would be made
    /// again, since what was taken for lost may only have been slow.
    pub(super) fn verify(&mut self, lease: &mut Lease, doubt: &Doubt) -> Next {
        let cause = &doubt.cause;
        if lease.times.last_was_another(&self.entry.sha256) {
            return self.superseded(cause);
        }
        if doubt.last_look && !self.until_next_send(lease).is_zero() {
            return self.at_next_send(lease, Duration::ZERO);
        }
        let now = match self.run.destination.shown(&self.delivery.account) {
            Ok(now) => now,
            Err(verdict) if !may_pass(&verdict) => return self.act(lease, verdict),
            Err(verdict) if self.tally("verify") >= MOST_QUESTIONS => {
                self.reached = Some(!matches!(verdict.action, Action::Retry { .. }));
                return self.unknown(cause, &verdict.text);
            }
            Err(verdict) => {
                let wish = verdict.no_sooner.unwrap_or_default().min(LONGEST_PAUSE);
                return self.after(TRANSPORT_FLOOR.max(wish));
            }
        };
        match changed(self.entry.before.as_deref(), now.as_deref()) {
            Some(true) if self.run.compare.is_some() => {
                self.entry.shown = now;
                self.stage = Stage::Recognize(doubt.clone());
                self.after(self.run.destination.spacing().questions)
            }
            Some(true) => self.confirmed(lease, now),
            Some(false) if doubt.last_look => {
                self.known_sends = lease.times.sends;
                self.resends += 1;
                self.stage = Stage::Send;
                self.send(lease)
            }
            Some(false) if self.resends < doubt.resends => {
                self.stage = Stage::Verify(Doubt {
                    last_look: true,
                    ..doubt.clone()
                });
                self.again(lease, cause, 1)
            }
            Some(false) => self.exhausted(lease, cause, doubt.then),
            None => self.unknown(cause, "what the account shows cannot be compared"),
        }
    }

    /// What shows now is another process' picture, or was: it says nothing about this one.
    fn superseded(&mut self, cause: &Verdict) -> Next {
        let text = format!("{}; another picture was sent after it", cause.text);
        let hint = "let one command at a time send to an account; the same command sends it again";
        self.note("superseded", &text, hint);
        self.end(State::Unknown, Status::Unknown)
    }

    fn unknown(&mut self, cause: &Verdict, why: &str) -> Next {
        let text = format!("{}; {why}", cause.text);
        let hint = "look at the account; the same command verifies again, --resend sends again";
        self.note(cause.code, &text, hint);
        self.end(State::Unknown, Status::Unknown)
    }

    fn confirmed(&mut self, lease: &mut Lease, shown: Option<String>) -> Next {
        let mut verdict = Verdict::applied(shown);
        verdict.text = "applied, confirmed by what the account shows".into();
        self.act(lease, verdict)
    }

    /// Somebody else may have changed what shows: only the picture itself settles a doubt then.
    pub(super) fn recognize(&mut self, lease: &mut Lease, doubt: &Doubt) -> Next {
        if lease.times.last_was_another(&self.entry.sha256) {
            return self.superseded(&doubt.cause);
        }
        match self.looks_alike() {
            Looks::Later => self.after_failure(1),
            Looks::Alike => {
                let shown = self.entry.shown.clone();
                self.confirmed(lease, shown)
            }
            Looks::Otherwise(why) => self.unknown(
                &doubt.cause,
                &format!("the account shows something else: {why}"),
            ),
            Looks::Unseen(why) => self.unknown(&doubt.cause, &format!("not compared: {why}")),
        }
    }

    /// Compares what shows with what was sent. It is applied whatever comes of this.
    pub(super) fn compare(&mut self) -> Next {
        match self.looks_alike() {
            Looks::Later => return self.after_failure(1),
            Looks::Alike => self.note("compared", "applied, and what shows is what was sent", ""),
            Looks::Unseen(why) => {
                let text = format!("applied, but not compared: {why}");
                self.note("not_compared", &text, "look at the account");
            }
            Looks::Otherwise(why) => {
                let text = format!("applied, but the account shows something else: {why}");
                self.note("shows_otherwise", &text, "look at the account");
                // Sending it again would not change that, so the journal keeps what happened.
                return self.end(State::Applied, Status::Rejected);
            }
        }
        self.end(State::Applied, Status::Applied)
    }

    fn looks_alike(&mut self) -> Looks {
        let Some(compare) = self.run.compare else {
            return Looks::Alike;
        };
        let shown = match self.run.destination.fetch(&self.delivery.account) {
            Ok(Some(shown)) => shown,
            Ok(None) => return Looks::Unseen("the destination does not show it".into()),
            Err(verdict) if may_pass(&verdict) && self.tally("compare") < MOST_QUESTIONS => {
                return Looks::Later;
            }
            Err(verdict) => return Looks::Unseen(verdict.text),
        };
        match self.payload() {
            Err(verdict) => Looks::Unseen(verdict.text),
            Ok(payload) => {
                compare(&payload, &shown).map_or_else(Looks::Otherwise, |()| Looks::Alike)
            }
        }
    }
}

/// How what an account shows looks beside what was sent.
enum Looks {
    Alike,
    /// In which way it does not.
    Otherwise(String),
    /// Why nobody knows.
    Unseen(String),
    /// The question can be asked again.
    Later,
}

/// Whether a question that failed so may be asked again in this run.
fn may_pass(verdict: &Verdict) -> bool {
    let action = &verdict.action;
    matches!(
        action,
        Action::Retry { .. } | Action::Wait { .. } | Action::Await { .. }
    )
}

/// Whether the account shows something that it did not show before; none if that cannot be known.
/// An account that shows nothing does not show the picture.
fn changed(before: Option<&str>, now: Option<&str>) -> Option<bool> {
    match (before?, now?) {
        (_, "") => Some(false),
        (before, now) => Some(before != now),
    }
}
