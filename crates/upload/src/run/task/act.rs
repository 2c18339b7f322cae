//! What a verdict leads to: a pause, another stage, or the end of a task.

use std::io;
use std::time::{Duration, Instant};

use super::state::{Doubt, LONGEST_PAUSE, Next, REST, Stage, Task};
use crate::clock;
use crate::journal::State;
use crate::pace::{LONGEST_DEFERRAL, Lease, Times};
use crate::run::backoff::{TRANSPORT_FLOOR, jitter};
use crate::run::values::{Event, Status, Stop};
use crate::verdict::{Action, Then, Verdict};

/// Most sends of a delivery in one run.
const MOST_SENDS: u32 = 4;

/// How long an account may take to become ready.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

impl Task<'_> {
    pub(super) fn act(&mut self, lease: &mut Lease, verdict: Verdict) -> Next {
        if !matches!(verdict.action, Action::Retry { .. }) {
            self.reached = Some(true);
        }
        match verdict.action.clone() {
            Action::Applied { shown } => self.applied(lease, shown, &verdict),
            Action::Retry { most } => {
                let failures = self.tally(verdict.code);
                let spent = matches!(self.stage, Stage::Send) && self.sends >= MOST_SENDS;
                if failures > most || spent {
                    self.reached = Some(false);
                    return self.exhausted(lease, &verdict, Then::Defer(REST));
                }
                self.waiting(&verdict, TRANSPORT_FLOOR);
                self.after_failure(failures)
            }
            Action::Wait { most, then } => match self.tally(verdict.code) {
                refusals if refusals >= most => self.exhausted(lease, &verdict, then),
                refusals => self.again(lease, &verdict, refusals),
            },
            Action::Await { resends } => self.wait_for_ready(lease, &verdict, resends),
            Action::Verify { resends, then } => {
                self.unverified = true;
                let wish = verdict.no_sooner.unwrap_or_default();
                if wish > LONGEST_PAUSE {
                    return self.defer(lease, &verdict, wish);
                }
                self.stage = Stage::Verify(Doubt {
                    cause: verdict,
                    resends,
                    then,
                    last_look: false,
                });
                self.after(self.run.destination.spacing().questions.max(wish))
            }
            Action::Fail | Action::StopAccount => self.rejected(&verdict),
            Action::Defer(time) | Action::StopAccountFor(time) => self.defer(lease, &verdict, time),
            Action::StopRun => {
                self.note(verdict.code, &verdict.text, verdict.hint);
                match self.end(State::Rejected, Status::Rejected) {
                    Next::Done(status) => Next::Stop(Stop::Refused, status),
                    next => next,
                }
            }
        }
    }

    fn applied(&mut self, lease: &mut Lease, shown: Option<String>, verdict: &Verdict) -> Next {
        self.unverified = false;
        // What another process sent meanwhile is its own affair.
        if !lease.times.last_was_another(&self.entry.sha256) {
            let kept = lease.keep(Times {
                last: self.entry.sha256.clone(),
                applied: true,
                ..lease.times.clone()
            });
            if let Err(error) = kept {
                self.warn(&error);
            }
        }
        self.entry.shown = shown;
        self.entry.not_before = None;
        self.note(verdict.code, &verdict.text, verdict.hint);
        let end = self.end(State::Applied, Status::Applied);
        if self.run.compare.is_none() || !matches!(end, Next::Done(_)) {
            return end;
        }
        self.stage = Stage::Compare;
        self.after(self.run.destination.spacing().questions)
    }

    /// The same again, after the spacing, the server's wish and a random part.
    pub(super) fn again(&mut self, lease: &mut Lease, cause: &Verdict, count: u32) -> Next {
        if self.sends >= MOST_SENDS {
            return self.exhausted(lease, cause, Then::Defer(REST));
        }
        let wish = cause.no_sooner.unwrap_or_default();
        if wish > LONGEST_PAUSE {
            return self.defer(lease, cause, wish);
        }
        let spacing = self.run.destination.spacing().sends;
        self.waiting(cause, spacing.max(wish));
        let random = self.random(count);
        if matches!(self.stage, Stage::Send | Stage::Verify(_)) {
            return self.at_next_send(lease, random);
        }
        self.after(spacing.max(wish) + random)
    }

    /// When the account may be sent to next, and so much later.
    pub(super) fn at_next_send(&self, lease: &Lease, later: Duration) -> Next {
        let wait = self.until_next_send(lease);
        Next::At(Instant::now() + wait + self.run.options.speed.real(later))
    }

    /// What is left until the next send, by the clock that processes share and by this one's own:
    /// the shared one may be set at any time.
    pub(super) fn until_next_send(&self, lease: &Lease) -> Duration {
        let shared = lease.times.send.saturating_sub(clock::now());
        let now = Instant::now();
        let own = self.next_send.map(|at| at.saturating_duration_since(now));
        shared.max(own.unwrap_or_default())
    }

    /// Asks for the state at once after a send, because the text covers two of them; then rarely.
    fn wait_for_ready(&mut self, lease: &mut Lease, verdict: &Verdict, resends: u32) -> Next {
        let refused = matches!(self.stage, Stage::Send);
        if refused && self.tally(verdict.code) > resends {
            return self.rejected(verdict);
        }
        let patience = self.run.options.speed.real(PATIENCE);
        let until = *self
            .patience
            .get_or_insert_with(|| Instant::now() + patience);
        if Instant::now() >= until || self.sends >= MOST_SENDS {
            return self.exhausted(lease, verdict, Then::Defer(REST));
        }
        let spacing = self.run.destination.spacing();
        let pause = match self.stage {
            Stage::Send => spacing.questions,
            _ => spacing.polls,
        };
        self.stage = Stage::Ready;
        self.waiting(verdict, pause);
        self.after(pause)
    }

    pub(super) fn exhausted(&mut self, lease: &mut Lease, verdict: &Verdict, then: Then) -> Next {
        match then {
            Then::Fail => {
                self.unverified = false;
                self.rejected(verdict)
            }
            Then::Defer(time) => self.defer(
                lease,
                verdict,
                time.max(verdict.no_sooner.unwrap_or_default()),
            ),
        }
    }

    fn rejected(&mut self, verdict: &Verdict) -> Next {
        self.note(verdict.code, &verdict.text, verdict.hint);
        self.end(State::Rejected, Status::Rejected)
    }

    /// Leaves the account alone for a time, in every run of this user. A network that is down says
    /// nothing about the account, so the next run may try at once.
    fn defer(&mut self, lease: &mut Lease, verdict: &Verdict, time: Duration) -> Next {
        self.note(verdict.code, &verdict.text, verdict.hint);
        if self.reached != Some(false) {
            let time = self.run.options.speed.real(time.min(LONGEST_DEFERRAL));
            let deferred = clock::now() + time;
            self.entry.not_before = Some(deferred);
            let code = verdict.code.to_string();
            let kept = lease.keep(Times {
                deferred,
                code,
                ..lease.times.clone()
            });
            if let Err(error) = kept {
                self.warn(&error);
            }
        }
        self.end(State::Deferred, Status::Deferred)
    }

    /// Writes how it ends. As long as an attempt has no known end the journal says so, whatever
    /// came after it: the next run verifies.
    pub(super) fn end(&mut self, state: State, status: Status) -> Next {
        self.entry.state = if self.unverified {
            State::Unknown
        } else {
            state
        };
        if self.leaves_the_journal() {
            return Next::Done(status);
        }
        match self.run.journal.write(&self.entry) {
            Ok(()) => Next::Done(status),
            Err(error) => self.unwritable(&error.to_string()),
        }
    }

    /// Whether nothing was sent over what the journal has, so that it stays as it is.
    pub(super) fn leaves_the_journal(&self) -> bool {
        let is_known = matches!(self.known, State::Applied | State::Sending | State::Unknown);
        is_known && self.sends == 0 && self.run.options.resend
    }

    /// Without a journal nothing more is sent: a crash would make duplicates.
    pub(super) fn unwritable(&mut self, why: &str) -> Next {
        let hint = "check the folder, its permissions and the free space";
        self.note("journal", why, hint);
        let status = if self.sends > 0 {
            Status::Unknown
        } else {
            Status::NotStarted
        };
        Next::Stop(Stop::Journal, status)
    }

    pub(super) fn note(&mut self, code: &str, message: &str, hint: &str) {
        self.entry.code = code.into();
        self.entry.message = message.into();
        self.entry.hint = hint.into();
        self.entry.updated = clock::now();
    }

    pub(super) fn tally(&mut self, code: &'static str) -> u32 {
        let count = self.tallies.entry(code).or_default();
        *count += 1;
        *count
    }

    /// The random part of a pause; destinations that do not mind get none.
    fn random(&self, failures: u32) -> Duration {
        if self.run.destination.spacing().sends.is_zero() {
            return Duration::ZERO;
        }
        jitter(failures)
    }

    pub(super) fn after(&self, pause: Duration) -> Next {
        Next::At(Instant::now() + self.run.options.speed.real(pause))
    }

    pub(super) fn after_failure(&self, failures: u32) -> Next {
        self.after(TRANSPORT_FLOOR + self.random(failures))
    }

    fn waiting(&self, cause: &Verdict, pause: Duration) {
        let account = &self.delivery.account;
        let pause = self.run.options.speed.real(pause);
        (self.run.listener)(&Event::Waiting {
            account,
            cause,
            pause,
        });
    }

    pub(super) fn warn(&self, error: &io::Error) {
        let text = format!("the time of the next call could not be kept: {error}");
        (self.run.listener)(&Event::Warning(text));
    }
}
