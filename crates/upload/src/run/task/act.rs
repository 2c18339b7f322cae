//! What follows a verdict: a pause, another stage, or the end of the task.

use std::io;
use std::time::{Duration, Instant};

use super::state::{
    DEFAULT_DEFERRAL, LONGEST_PAUSE, MOST_SENDS, Next, Stage, Task, UncertainOutcome,
};
use crate::clock;
use crate::journal::State;
use crate::pace::{LONGEST_DEFERRAL, Lease, Sent};
use crate::run::backoff::{TRANSPORT_FLOOR, jitter};
use crate::run::values::{Status, Stop};
use crate::verdict::{Action, Then, Verdict};

/// Least pause after a send that was refused for now, unless the server names a time.
const REFUSED_FLOOR: Duration = Duration::from_secs(11);

/// How long an account may take to become ready.
const READY_TIMEOUT: Duration = Duration::from_secs(5 * 60);

impl Task<'_> {
    pub(super) fn act(&mut self, lease: &mut Lease<'_>, verdict: Verdict) -> Next {
        if !matches!(verdict.action, Action::Retry { .. }) {
            self.reached = Some(true);
        }
        match verdict.action.clone() {
            Action::Applied { link } => self.applied(lease, link, &verdict),
            Action::Retry { most } => self.retry(lease, &verdict, most),
            Action::Wait { most, then } => match self.tally(verdict.code) {
                refusals if refusals >= most => self.exhausted(lease, &verdict, then),
                refusals => self.again(lease, &verdict, refusals),
            },
            Action::Await { resends } => self.wait_for_ready(lease, &verdict, resends),
            Action::Verify { resends, then } => {
                self.unverified = true;
                let wanted = verdict.no_sooner.unwrap_or_default();
                if wanted > LONGEST_PAUSE {
                    return self.defer_scope(lease, &verdict, wanted);
                }
                let pause = self.spacing.questions.max(wanted);
                if pause > self.spacing.questions {
                    self.report_pause(&verdict, pause);
                }
                self.stage = Stage::Verify(UncertainOutcome {
                    cause: verdict,
                    resends,
                    then,
                    last_look: false,
                });
                self.after(pause)
            }
            Action::Fail => self.rejected(&verdict),
            Action::Refuse => self.refused(&verdict),
            Action::Defer(time) => self.defer(lease, &verdict, time),
            Action::StopScopeFor(time) => self.defer_scope(lease, &verdict, time),
            Action::StopScope => {
                self.stop_scope(&verdict);
                self.rejected(&verdict)
            }
            Action::StopCredential => {
                let scope = &self.entry.target.scope;
                let credential = &self.access.credential;
                self.scopes
                    .stop_credential(scope, credential, &verdict.text);
                self.refused(&verdict)
            }
            Action::StopEndpoint => {
                let endpoint = &self.access.endpoint;
                self.scopes.stop_endpoint(endpoint, &verdict.text);
                self.rejected(&verdict)
            }
            Action::StopRun => match self.rejected(&verdict) {
                Next::Done(status) => Next::Stop(Stop::Refused, status),
                next => next,
            },
        }
    }

    fn stop_scope(&self, verdict: &Verdict) {
        let scope = &self.entry.target.scope;
        self.scopes.stop_scope(scope, &verdict.text);
    }

    fn applied(&mut self, lease: &mut Lease<'_>, link: Option<String>, verdict: &Verdict) -> Next {
        self.unverified = false;
        // If another process sent another picture meanwhile, its record of the last send must stay.
        if !lease.sent.last_was_another(&self.entry.sha256) {
            let kept = lease.keep(Sent {
                last: self.entry.sha256.clone(),
                applied: true,
                ..lease.sent.clone()
            });
            if let Err(error) = kept {
                self.warn(&error);
            }
        }
        self.entry.link = link;
        self.entry.not_before = None;
        self.note(verdict.code, &verdict.text, verdict.hint);
        let end = self.end(State::Applied, Status::Applied);
        if !self.run.options.verify || !matches!(end, Next::Done(_)) {
            return end;
        }
        self.stage = Stage::Compare;
        self.after(self.spacing.questions)
    }

    fn retry(&mut self, lease: &mut Lease<'_>, verdict: &Verdict, most: u32) -> Next {
        let failures = self.tally(verdict.code);
        let spent = matches!(self.stage, Stage::Send) && self.sends >= MOST_SENDS;
        if failures > most || spent {
            self.reached = Some(false);
            return self.exhausted(lease, verdict, Then::Defer(DEFAULT_DEFERRAL));
        }
        let random = self.random(failures);
        let mut wait = self.run.options.speed.real(TRANSPORT_FLOOR + random);
        if matches!(self.stage, Stage::Send) {
            wait = wait.max(self.until_next_send(lease));
        }
        self.report_real_pause(verdict, wait);
        Next::At(Instant::now() + wait)
    }

    /// Tries again after the pause between sends, or after the longer one that the server asks for,
    /// plus a random part.
    pub(super) fn again(&mut self, lease: &mut Lease<'_>, cause: &Verdict, count: u32) -> Next {
        if self.sends >= MOST_SENDS {
            return self.exhausted(lease, cause, Then::Defer(DEFAULT_DEFERRAL));
        }
        let wanted = cause.no_sooner.unwrap_or_default();
        if wanted > LONGEST_PAUSE {
            return self.defer_scope(lease, cause, wanted);
        }
        let floor = self.floor(cause);
        let spacing = self.spacing.sends.max(floor);
        let earliest = Instant::now() + self.run.options.speed.real(floor);
        self.next_send = self.next_send.max(Some(earliest));
        let random = jitter(count);
        self.report_pause(cause, spacing.max(wanted) + random);
        if matches!(
            self.stage,
            Stage::Send | Stage::Verify(_) | Stage::Recognize(_)
        ) {
            return self.at_next_send(lease, random);
        }
        self.after(spacing.max(wanted) + random)
    }

    /// The least pause before a further attempt, also at a destination without pauses between sends.
    fn floor(&self, cause: &Verdict) -> Duration {
        let is_refused = matches!(cause.action, Action::Wait { .. });
        match self.stage {
            Stage::Send if is_refused => REFUSED_FLOOR,
            _ => TRANSPORT_FLOOR,
        }
    }

    /// Waits until the account is ready. After a send the state is asked at once, because the text
    /// of the answer means two states; after that, seldom.
    fn wait_for_ready(&mut self, lease: &mut Lease<'_>, verdict: &Verdict, resends: u32) -> Next {
        self.scopes.set_ready(&self.entry.target.scope, false);
        let refused = matches!(self.stage, Stage::Send);
        if refused && self.tally(verdict.code) > resends {
            return self.rejected(verdict);
        }
        let timeout = self.run.options.speed.real(READY_TIMEOUT);
        let until = *(self.ready_until).get_or_insert_with(|| Instant::now() + timeout);
        if Instant::now() >= until || self.sends >= MOST_SENDS {
            return self.exhausted(lease, verdict, Then::Defer(DEFAULT_DEFERRAL));
        }
        let pause = match self.stage {
            Stage::Send => self.spacing.questions,
            _ => self.spacing.polls,
        };
        self.stage = Stage::Ready;
        self.report_pause(verdict, pause);
        self.after(pause)
    }

    pub(super) fn exhausted(
        &mut self,
        lease: &mut Lease<'_>,
        verdict: &Verdict,
        then: Then,
    ) -> Next {
        match then {
            Then::Fail => {
                self.unverified = false;
                self.rejected(verdict)
            }
            Then::Refuse => {
                self.unverified = false;
                self.refused(verdict)
            }
            Then::Defer(time) => {
                let time = time.max(verdict.no_sooner.unwrap_or_default());
                self.defer(lease, verdict, time)
            }
            Then::DeferScope(time) => {
                let time = time.max(verdict.no_sooner.unwrap_or_default());
                self.defer_scope(lease, verdict, time)
            }
        }
    }

    fn rejected(&mut self, verdict: &Verdict) -> Next {
        self.note(verdict.code, &verdict.text, verdict.hint);
        self.end(State::Rejected, Status::Rejected)
    }

    /// Records a refusal for good: the next runs report it without asking the service, until the
    /// picture or the access changes.
    fn refused(&mut self, verdict: &Verdict) -> Next {
        self.entry.refused_by = Some(self.access.stored());
        self.rejected(verdict)
    }

    /// Defers the delivery and leaves the account alone for a time, in every run of this user. If
    /// only the network failed, the next run may try at once, because that says nothing about the
    /// account.
    fn defer(&mut self, lease: &mut Lease<'_>, verdict: &Verdict, time: Duration) -> Next {
        self.deferred_with(verdict, time, |until| lease.defer(until, verdict.code))
    }

    /// The same, and leaves every account of the scope alone: the server itself named the time, or the limit
    /// is that of the scope.
    fn defer_scope(&mut self, lease: &mut Lease<'_>, verdict: &Verdict, time: Duration) -> Next {
        self.deferred_with(verdict, time, |until| {
            lease.defer_scope(until, verdict.code)
        })
    }

    fn deferred_with(
        &mut self,
        verdict: &Verdict,
        time: Duration,
        keep: impl FnOnce(Duration) -> io::Result<()>,
    ) -> Next {
        self.note(verdict.code, &verdict.text, verdict.hint);
        if self.reached != Some(false) {
            let time = self.run.options.speed.real(time.min(LONGEST_DEFERRAL));
            let deferred = clock::now() + time;
            self.entry.not_before = Some(deferred);
            if let Err(error) = keep(deferred) {
                self.warn(&error);
            }
        }
        self.end(State::Deferred, Status::Deferred)
    }
}
