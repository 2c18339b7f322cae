//! Finds out whether an attempt with unknown outcome was applied, and with `--verify` whether an
//! applied picture looks as it should. Both ask the service what the account shows.

use std::time::Duration;

use super::state::{DEFAULT_DEFERRAL, Next, Stage, Task, UncertainOutcome};
use crate::destination::Shown;
use crate::hints;
use crate::journal::State;
use crate::pace::Lease;
use crate::run::values::{Comparison, Status};
use crate::verdict::{Action, Then, Verdict};

/// The unknown outcome of an attempt that an earlier run did not finish.
pub(super) fn unfinished() -> UncertainOutcome {
    let (resends, then) = (1, Then::Defer(DEFAULT_DEFERRAL));
    let text = "an earlier run ended while the picture was being sent";
    let action = Action::Verify { resends, then };
    UncertainOutcome {
        cause: Verdict::new(action, "unfinished", text, "look at the account"),
        resends,
        then,
        last_look: false,
    }
}

impl Task<'_> {
    /// Finds out whether an attempt was applied: soon after it, and once more right before sending
    /// again, because an answer that was lost may have belonged to a picture that was only slow.
    pub(super) fn verify(&mut self, lease: &mut Lease<'_>, attempt: &UncertainOutcome) -> Next {
        let cause = &attempt.cause;
        if lease.sent.last_was_another(&self.entry.sha256) {
            return self.superseded(cause);
        }
        if attempt.last_look && !self.until_next_send(lease).is_zero() {
            return self.at_next_send(lease, Duration::ZERO);
        }
        self.report_start("asking whether the picture was applied");
        let now = match self.delivery.destination.shown() {
            Ok(now) => now,
            Err(verdict) if !may_pass(&verdict) => return self.act(lease, verdict),
            Err(verdict) => match self.next_question(lease, &verdict, "verify") {
                Some(pause) => {
                    self.report_pause(&verdict, pause);
                    return self.after(pause);
                }
                None => {
                    self.reached = Some(!matches!(verdict.action, Action::Retry { .. }));
                    return self.unknown(cause, &verdict.text);
                }
            },
        };
        match settled(&self.entry.before, &now, &self.entry.sha256) {
            Settled::Shown => self.confirmed(lease),
            Settled::NotShown => self.not_applied(lease, attempt),
            Settled::Open => {
                self.stage = Stage::Recognize(attempt.clone());
                self.after(self.spacing.questions)
            }
        }
    }

    /// The account does not show the picture: send it again, as often as the cause allows.
    fn not_applied(&mut self, lease: &mut Lease<'_>, attempt: &UncertainOutcome) -> Next {
        if attempt.last_look {
            self.known_sends = lease.sent.sends;
            self.resends += 1;
            self.stage = Stage::Send;
            return self.send(lease);
        }
        if self.resends >= attempt.resends {
            return self.exhausted(lease, &attempt.cause, attempt.then);
        }
        self.stage = Stage::Verify(UncertainOutcome {
            last_look: true,
            ..attempt.clone()
        });
        self.again(lease, &attempt.cause, 1)
    }

    /// Another process sent another picture meanwhile, so what the account shows says nothing about
    /// this one.
    fn superseded(&mut self, cause: &Verdict) -> Next {
        let text = format!("{}; another picture was sent after it", cause.text);
        let hint = "let only one command at a time send to an account; run the same command again to send it";
        self.note("superseded", &text, hint);
        self.end(State::Unknown, Status::Unknown)
    }

    fn unknown(&mut self, cause: &Verdict, why: &str) -> Next {
        let text = format!("{}; {why}", cause.text);
        self.note(cause.code, &text, hints::UNKNOWN);
        self.end(State::Unknown, Status::Unknown)
    }

    fn confirmed(&mut self, lease: &mut Lease<'_>) -> Next {
        let mut verdict = Verdict::applied(self.entry.link.clone());
        verdict.text = "applied, confirmed by what the account shows".into();
        self.act(lease, verdict)
    }

    /// Compares the picture itself. That its address changed proves nothing: a server can have
    /// several addresses for one picture, and somebody else can change what an account shows.
    pub(super) fn recognize(&mut self, lease: &mut Lease<'_>, attempt: &UncertainOutcome) -> Next {
        if lease.sent.last_was_another(&self.entry.sha256) {
            return self.superseded(&attempt.cause);
        }
        let keeps_bytes = self.delivery.destination.keeps_bytes();
        // If the service said before and after the attempt what it shows, something was set.
        let has_changed = matches!(self.entry.before, Shown::Version(_) | Shown::Nothing);
        match self.compare_shown(lease, keeps_bytes) {
            Shows::Later(pause) => self.after(pause + self.random(1)),
            Shows::Compared(Comparison::Same) => self.confirmed(lease),
            Shows::Compared(Comparison::Similar(_)) if has_changed => self.confirmed(lease),
            Shows::Compared(Comparison::Similar(why)) => self.unknown(&attempt.cause, &why),
            Shows::Compared(Comparison::Different(_)) => self.not_applied(lease, attempt),
            Shows::Uncompared(why) => self.unknown(&attempt.cause, &format!("not compared: {why}")),
        }
    }

    /// For `--verify`: compares the picture that the account shows with the one that was sent. The
    /// delivery counts as applied whatever the result.
    pub(super) fn compare(&mut self, lease: &mut Lease<'_>) -> Next {
        // Something that a person has to know, such as that a file may have been replaced.
        let has_note = self.entry.code != "applied";
        match self.compare_shown(lease, false) {
            Shows::Later(pause) => return self.after(pause + self.random(1)),
            Shows::Compared(Comparison::Same | Comparison::Similar(_)) | Shows::Uncompared(_)
                if has_note => {}
            Shows::Compared(Comparison::Same | Comparison::Similar(_)) => self.note(
                "compared",
                "applied, and the account shows the picture that was sent",
                "",
            ),
            Shows::Uncompared(why) => return self.not_compared_now(&why),
            Shows::Compared(Comparison::Different(why)) => {
                let text = format!("applied, but the account shows something else: {why}");
                self.note("shows_otherwise", &text, "look at the account");
                // Sending it again would not change that, so the journal keeps the state `applied`.
                return self.end(State::Applied, Status::Rejected);
            }
        }
        self.end(State::Applied, Status::Applied)
    }

    /// Ends a delivery that was applied in this run and could not be compared.
    pub(super) fn not_compared_now(&mut self, why: &str) -> Next {
        if self.entry.code == "applied" {
            let text = format!("applied, but not compared: {why}");
            self.note("not_compared", &text, "look at the account");
        }
        self.end(State::Applied, Status::Applied)
    }

    /// Fetches the picture that the account shows and compares it with the one to send; if
    /// `by_bytes`, other bytes are another picture, however similar it is.
    pub(super) fn compare_shown(&mut self, lease: &mut Lease<'_>, by_bytes: bool) -> Shows {
        self.report_start("fetching what the account shows");
        let shown = match self.delivery.destination.fetch() {
            Ok(Some(shown)) => shown,
            Ok(None) => return Shows::Uncompared("the destination does not show it".into()),
            Err(verdict) => {
                let pause = match may_pass(&verdict) {
                    true => self.next_question(lease, &verdict, "compare"),
                    false => None,
                };
                return match pause {
                    Some(pause) => {
                        self.report_pause(&verdict, pause);
                        Shows::Later(pause)
                    }
                    None => Shows::Uncompared(verdict.text),
                };
            }
        };
        Shows::Compared(match self.payload() {
            Err(verdict) => return Shows::Uncompared(verdict.text),
            Ok(payload) if payload.bytes() == shown => Comparison::Same,
            Ok(_) if by_bytes => Comparison::Different("its bytes are others".into()),
            Ok(payload) => (self.run.compare)(&payload, &shown),
        })
    }
}

/// What an account shows, compared with what was or is to be sent.
pub(super) enum Shows {
    Compared(Comparison),
    /// It could not be compared; the text says why.
    Uncompared(String),
    /// The picture could not be fetched now; it can be tried again after this pause.
    Later(Duration),
}

/// Whether a question that failed with this verdict may be asked again in this run.
pub(super) fn may_pass(verdict: &Verdict) -> bool {
    use Action::{Await, Retry, Wait};
    matches!(verdict.action, Retry { .. } | Wait { .. } | Await { .. })
}

/// Whether the account shows the picture, according to what the service says.
enum Settled {
    Shown,
    NotShown,
    /// It can only be decided by comparing the pictures.
    Open,
}

fn settled(before: &Shown, now: &Shown, sha256: &str) -> Settled {
    match (before, now) {
        (_, Shown::Bytes(bytes)) if bytes == sha256 => Settled::Shown,
        (_, Shown::Bytes(_) | Shown::Nothing) => Settled::NotShown,
        (Shown::Version(before), Shown::Version(now)) if before == now => Settled::NotShown,
        (_, Shown::Version(_) | Shown::Untold) => Settled::Open,
    }
}
