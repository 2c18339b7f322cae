//! One picture on its way to one account, step by step: ready? shows what? send, verify, done.
//! Between steps it holds no thread and no lock. What a verdict leads to stands in `task/act.rs`,
//! how doubts are settled in `task/doubt.rs`.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::doubt::unfinished;
use super::outcome::planned;
use super::state::{Next, Stage, Step, Task};
use crate::clock;
use crate::destination::AccountKey;
use crate::journal::{Entry, State};
use crate::pace::Lease;
use crate::run::backoff::TRANSPORT_FLOOR;
use crate::run::forecast::{Forecast, RESTS, forecast};
use crate::run::values::{Delivery, Run, Status};

impl<'a> Task<'a> {
    /// Looks up what is known; what needs no step is done at once.
    pub(crate) fn begin(run: &'a Run<'a>, delivery: Delivery, key: AccountKey) -> Step<'a> {
        let known = run.journal.find(&key, delivery.contents.sha256());
        let unreadable = known.as_ref().err().map(ToString::to_string);
        let known = known.ok().flatten();
        let mut task = Self::new(
            run,
            known.unwrap_or_else(|| planned(&delivery, key)),
            delivery,
        );
        if let Some(why) = unreadable {
            let next = task.unwritable(&why);
            return task.end_of(next);
        }
        let next = task.plan();
        task.end_of(next)
    }

    fn new(run: &'a Run<'a>, entry: Entry, delivery: Delivery) -> Self {
        Self {
            run,
            unverified: matches!(entry.state, State::Sending | State::Unknown),
            known: entry.state,
            entry,
            delivery,
            stage: Stage::Ready,
            known_sends: 0,
            next_send: None,
            sends: 0,
            resends: 0,
            tallies: HashMap::new(),
            patience: None,
            reached: None,
        }
    }

    fn plan(&mut self) -> Next {
        let times = self.run.pacer.peek(&self.entry.key);
        let resend = self.run.options.resend;
        match forecast(&self.entry, &times, resend, clock::now()) {
            Forecast::UpToDate if self.entry.state == State::Applied => {
                return Next::Done(Status::UpToDate);
            }
            Forecast::UpToDate => {
                self.unverified = false;
                let text = "applied, as the times of the account have it";
                self.note("applied", text, "");
                return self.end(State::Applied, Status::UpToDate);
            }
            Forecast::Deferred { .. } => return Next::Done(Status::Deferred),
            first => self.unverified = first == Forecast::Verify,
        }
        self.entry.account.clone_from(&self.delivery.account);
        self.entry.picture.clone_from(&self.delivery.picture);
        if !self.unverified {
            self.entry.state = State::Planned;
            self.entry.not_before = None;
            self.note("planned", "to be sent", "");
            if self.leaves_the_journal() {
                return Next::At(Instant::now());
            }
            if let Err(error) = self.run.journal.write(&self.entry) {
                return self.unwritable(&error.to_string());
            }
        }
        Next::At(Instant::now())
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

    /// One step, while holding the account.
    pub(crate) fn step(mut self) -> Step<'a> {
        let next = match self.run.pacer.enter(&self.entry.key) {
            Ok(Some(mut lease)) => self.step_with(&mut lease),
            Ok(None) => self.after(TRANSPORT_FLOOR),
            Err(error) => {
                let why = format!("the times of the account could not be read: {error}");
                self.unwritable(&why)
            }
        };
        self.end_of(next)
    }

    fn step_with(&mut self, lease: &mut Lease) -> Next {
        if let Some(rest) = self.rest(lease) {
            return rest;
        }
        match self.stage.clone() {
            Stage::Ready => self.ask_ready(lease),
            Stage::Snapshot => self.ask_snapshot(lease),
            Stage::Send => self.send(lease),
            Stage::Verify(doubt) => self.verify(lease, &doubt),
            Stage::Compare => self.compare(),
            Stage::Recognize(doubt) => self.recognize(lease, &doubt),
        }
    }

    /// Another run may have been told to leave the account alone.
    fn rest(&mut self, lease: &Lease) -> Option<Next> {
        let until = lease.times.deferred;
        let applied = matches!(self.stage, Stage::Compare);
        if until <= clock::now() || self.run.options.resend || applied {
            return None;
        }
        let text = format!("the account rests because of {}", lease.times.code);
        self.note(RESTS, &text, "run the same command again later");
        self.entry.not_before = Some(until);
        Some(self.end(State::Deferred, Status::Deferred))
    }

    fn ask_ready(&mut self, lease: &mut Lease) -> Next {
        self.unverified &= !lease.times.last_was_another(&self.entry.sha256);
        match self.run.destination.ready(&self.delivery.account) {
            Ok(()) => {
                self.stage = if self.unverified {
                    Stage::Verify(unfinished())
                } else if self.sends > 0 {
                    Stage::Send
                } else {
                    Stage::Snapshot
                };
                self.after(self.run.destination.spacing().questions)
            }
            Err(verdict) => self.act(lease, verdict),
        }
    }

    fn ask_snapshot(&mut self, lease: &mut Lease) -> Next {
        match self.run.destination.shown(&self.delivery.account) {
            Ok(shown) => {
                self.entry.before = shown;
                self.known_sends = lease.times.sends;
                self.stage = Stage::Send;
                self.after(Duration::ZERO)
            }
            Err(verdict) => self.act(lease, verdict),
        }
    }
}
