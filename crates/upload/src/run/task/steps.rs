//! The steps of a task: ask whether the account is ready, ask what it shows, send, verify if the
//! outcome is unknown. Between steps it holds no thread and no lock. `act.rs` decides what follows
//! a verdict, `uncertain.rs` settles unknown outcomes.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::known::known;
use super::outcome::{planned, unreadable};
use super::state::{LONGEST_PAUSE, MOST_QUESTIONS, Next, Stage, Step, Task};
use super::uncertain::unfinished;
use crate::clock;
use crate::destination::Shown;
use crate::hints;
use crate::journal::{Entry, State};
use crate::pace::Lease;
use crate::run::backoff::TRANSPORT_FLOOR;
use crate::run::forecast::{DEFERRED, Forecast, forecast};
use crate::run::scopes::Scopes;
use crate::run::values::{Delivery, Run, Status};
use crate::verdict::{Action, IN_USE, Verdict};

/// A process that holds an account longer than this is not waited for. A request ends earlier.
const LONGEST_HOLD: Duration = Duration::from_secs(5 * 60);

/// A wait for another process is reported once it is longer than this.
const UNREPORTED_HOLD: Duration = Duration::from_secs(5);

impl<'a> Task<'a> {
    /// Looks up what is known about the delivery; one that needs no step ends at once.
    pub(crate) fn begin(run: &'a Run<'a>, scopes: &'a Scopes, delivery: Delivery) -> Step<'a> {
        let target = delivery.destination.target();
        if let Err(why) = delivery.contents.fetch() {
            return Step::Done(unreadable(&delivery, target, why));
        }
        let known = known(run, &delivery, &target);
        let unknown = known.as_ref().err().cloned();
        let (known, is_known) = known.unwrap_or_default();
        let entry = known.unwrap_or_else(|| planned(&delivery, target));
        let mut task = Self::new(run, scopes, entry, delivery);
        task.is_first = !is_known && task.was_never_sent_to();
        scopes.add(&task.access.endpoint);
        if let Some(why) = unknown {
            let next = task.unwritable(&why);
            return task.end_of(next);
        }
        let next = task.plan();
        task.end_of(next)
    }

    fn new(run: &'a Run<'a>, scopes: &'a Scopes, entry: Entry, delivery: Delivery) -> Self {
        Self {
            run,
            scopes,
            access: delivery.destination.access(),
            spacing: delivery.destination.spacing(),
            unverified: matches!(entry.state, State::Sending | State::Unknown),
            known: entry.state,
            is_first: false,
            entry,
            delivery,
            stage: Stage::Ready,
            known_sends: 0,
            next_send: None,
            sends: 0,
            resends: 0,
            tallies: HashMap::new(),
            ready_until: None,
            held_since: None,
            is_hold_reported: false,
            reached: None,
        }
    }

    fn plan(&mut self) -> Next {
        // An earlier run may have known the account and the picture by other names.
        self.entry.account.clone_from(&self.delivery.account);
        self.entry.picture.clone_from(&self.delivery.picture);
        let sent = self.run.pacer.sent(&self.entry.target);
        let resend = self.run.options.resend;
        match forecast(&self.entry, &self.access, &sent, resend, clock::now()) {
            Forecast::UpToDate if self.looks_again() => {
                self.stage = Stage::LookAgain;
                return Next::At(Instant::now());
            }
            Forecast::UpToDate => return self.up_to_date(),
            Forecast::Refused { .. } => return self.refused_before(),
            Forecast::Deferred { .. } => return Next::Done(Status::Deferred),
            first => self.unverified = first == Forecast::Verify,
        }
        if !self.unverified {
            self.entry.state = State::Planned;
            self.entry.not_before = None;
            self.entry.refused_by = None;
            self.note("planned", "to be sent", "");
            if self.leaves_the_journal() {
                return Next::At(Instant::now());
            }
            if let Err(error) = self.run.journal.write(&self.entry) {
                return self.unwritable(&error.line());
            }
        }
        Next::At(Instant::now())
    }

    /// Ends as refused without asking the service, because the answer would be the same. The
    /// journal stays as it is.
    fn refused_before(&mut self) -> Next {
        self.entry.message.push_str(" (in an earlier run)");
        self.entry.hint = hints::REFUSED_BEFORE.into();
        Next::Done(Status::Rejected)
    }

    /// Ends as up to date: the account shows the picture already.
    pub(super) fn up_to_date(&mut self) -> Next {
        if self.entry.state == State::Applied {
            return Next::Done(Status::UpToDate);
        }
        self.unverified = false;
        self.entry.not_before = None;
        self.note("applied", "applied from another folder of results", "");
        self.end(State::Applied, Status::UpToDate)
    }

    fn end_of(self, next: Next) -> Step<'a> {
        match next {
            Next::At(at) => Step::Later(at, Box::new(self)),
            Next::Done(status) => Step::Done(self.outcome(status)),
            Next::Stop(stop, status) => Step::Stop(stop, self.outcome(status)),
        }
    }

    /// Whether the next step sends.
    pub(crate) fn is_send(&self) -> bool {
        matches!(self.stage, Stage::Send)
    }

    /// Runs one step while holding the lock of the slot.
    pub(crate) fn step(mut self) -> Step<'a> {
        if let Some(stopped) = self.scopes.stopped(&self.entry.target, &self.access)
            && !matches!(self.stage, Stage::Compare)
        {
            return Step::Done(self.cut(stopped.code, &stopped.text));
        }
        let next = match self.run.pacer.enter(&self.entry.target) {
            Ok(Some(mut lease)) => {
                self.held_since = None;
                self.step_with(&mut lease)
            }
            Ok(None) => match self.wait_for_others() {
                Some(next) => next,
                None => {
                    let (code, text) = (IN_USE.0, "another process holds the account");
                    return Step::Done(self.cut(code, text));
                }
            },
            Err(error) => {
                let why = format!("the times of the account could not be read: {error}");
                self.unwritable(&why)
            }
        };
        self.end_of(next)
    }

    /// Waits while another process works on the account, which takes as long as a request. `None` if nothing follows
    /// for this run: the other one may be suspended.
    fn wait_for_others(&mut self) -> Option<Next> {
        let since = *self.held_since.get_or_insert_with(Instant::now);
        let waited = since.elapsed();
        let longest = self.run.options.speed.real(LONGEST_HOLD);
        if waited < longest {
            if waited >= self.run.options.speed.real(UNREPORTED_HOLD) && !self.is_hold_reported {
                self.is_hold_reported = true;
                let text = "another process is working on the account";
                let cause = Verdict::new(Action::Retry { most: 0 }, IN_USE.0, text, "");
                self.report_real_pause(&cause, longest.saturating_sub(waited));
            }
            return Some(self.after(TRANSPORT_FLOOR));
        }
        if matches!(self.stage, Stage::Compare | Stage::LookAgain) {
            return None;
        }
        let (code, hint) = IN_USE;
        self.note(code, "another process holds the account", hint);
        Some(self.end(State::Deferred, Status::Deferred))
    }

    fn step_with(&mut self, lease: &mut Lease<'_>) -> Next {
        if let Some(deferred) = self.deferred(lease) {
            return deferred;
        }
        if self.was_sent_meanwhile(lease) {
            return self.up_to_date();
        }
        match self.stage.clone() {
            Stage::LookAgain => self.look_again(lease),
            Stage::Ready => self.ask_ready(lease),
            Stage::Snapshot => self.ask_snapshot(lease),
            Stage::LookFirst => self.look_first(lease),
            Stage::Send => self.send(lease),
            Stage::Verify(attempt) => self.verify(lease, &attempt),
            Stage::Compare => self.compare(lease),
            Stage::Recognize(attempt) => self.recognize(lease, &attempt),
        }
    }

    /// Defers the delivery if the account is to be left alone, which another run may have recorded.
    fn deferred(&mut self, lease: &Lease<'_>) -> Option<Next> {
        let until = lease.times.deferred;
        if until <= clock::now() || self.run.options.resend {
            return None;
        }
        let text = format!(
            "the account is left alone for a time because of {}",
            lease.times.code
        );
        match self.stage {
            Stage::Compare => return Some(self.not_compared_now(&text)),
            Stage::LookAgain => {
                self.entry.not_before = Some(until);
                return Some(self.not_looked_at(DEFERRED, &text));
            }
            _ => {}
        }
        self.note(DEFERRED, &text, "run the same command again later");
        self.entry.not_before = Some(until);
        Some(self.end(State::Deferred, Status::Deferred))
    }

    /// Whether another process has sent the same picture meanwhile, from another folder of results.
    fn was_sent_meanwhile(&self, lease: &Lease<'_>) -> bool {
        let applied = matches!(self.stage, Stage::Compare | Stage::LookAgain);
        let is_fresh = self.sends == 0 && !applied;
        is_fresh && !self.run.options.resend && lease.sent.shows(&self.entry.sha256)
    }

    fn ask_ready(&mut self, lease: &mut Lease<'_>) -> Next {
        self.unverified &= !lease.sent.last_was_another(&self.entry.sha256);
        let scope = self.entry.target.scope.clone();
        let is_first = self.sends == 0 && self.ready_until.is_none();
        if is_first && self.scopes.is_ready(&scope) {
            return self.go_on(Duration::ZERO);
        }
        self.report_start("asking whether the account is ready");
        match self.delivery.destination.ready() {
            Ok(()) => {
                self.scopes.set_ready(&scope, true);
                self.go_on(self.spacing.questions)
            }
            Err(verdict) => {
                self.scopes.set_ready(&scope, false);
                self.act(lease, verdict)
            }
        }
    }

    /// Continues once the account is ready.
    fn go_on(&mut self, pause: Duration) -> Next {
        self.stage = if self.unverified {
            Stage::Verify(unfinished())
        } else if self.sends > 0 {
            Stage::Send
        } else {
            Stage::Snapshot
        };
        self.after(pause)
    }

    /// Records what the account shows, to know later whether it changed. If the service does not
    /// say, the picture is sent all the same: an unknown outcome is then settled by comparing
    /// pictures.
    fn ask_snapshot(&mut self, lease: &mut Lease<'_>) -> Next {
        self.report_start("asking what the account shows");
        let shown = match self.delivery.destination.shown() {
            Ok(shown) => shown,
            Err(verdict) if matches!(verdict.action, Action::Wait { .. }) => {
                let is_long = verdict.no_sooner > Some(LONGEST_PAUSE);
                if self.tally("snapshot") < MOST_QUESTIONS || is_long {
                    return self.again(lease, &verdict, 1);
                }
                self.hold_sends(lease, &verdict);
                Shown::Untold
            }
            Err(verdict) => return self.act(lease, verdict),
        };
        self.entry.before = shown;
        self.known_sends = lease.sent.sends;
        if self.is_first && self.sends == 0 && !self.run.options.resend {
            return self.before_the_first_send(lease);
        }
        self.stage = Stage::Send;
        self.after(Duration::ZERO)
    }
}
