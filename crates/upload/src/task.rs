//! One picture on its way to one account, step by step: ready? shows what? send, verify, done.
//! Between steps it holds no thread and no lock. What a verdict leads to stands in `task/act.rs`,
//! how doubts are settled in `task/doubt.rs`.

mod act;
mod doubt;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::backoff::TRANSPORT_FLOOR;
use crate::journal::{Entry, State};
use crate::pace::{Lease, Times};
use crate::run::{Delivery, Outcome, Run, Status, Stop};
use crate::verdict::{Action, Verdict};
use crate::{AccountKey, Payload, calendar};
use doubt::{Doubt, unfinished};

/// How long a delivery rests that found no better time.
const REST: Duration = Duration::from_secs(30 * 60);

/// A server that wants a longer pause gets one: another run.
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);

/// Questions that may fail while an outcome is verified.
const MOST_QUESTIONS: u32 = 3;

/// What is done next.
#[derive(Debug, Clone)]
enum Stage {
    Ready,
    Snapshot,
    Send,
    Verify(Doubt),
    /// Applied; what shows is fetched and compared.
    Compare,
}

/// What a step ends with.
pub(crate) enum Step<'a> {
    /// Go on then.
    Later(Instant, Box<Task<'a>>),
    Done(Outcome),
    /// Nothing more to anybody; this delivery has an outcome of its own.
    Stop(Stop, Outcome),
}

/// The same while the task is still in hand.
#[derive(Clone, Copy)]
enum Next {
    At(Instant),
    Done(Status),
    Stop(Stop, Status),
}

pub(crate) struct Task<'a> {
    run: &'a Run<'a>,
    delivery: Delivery,
    entry: Entry,
    stage: Stage,
    /// Whether nobody knows what came of an attempt, of this run or of an earlier one.
    unverified: bool,
    /// The account's count of sends when it was asked what it shows, and after each send from here.
    known_sends: u64,
    /// No send before that, by a clock that nobody can set.
    next_send: Option<Instant>,
    sends: u32,
    resends: u32,
    tallies: HashMap<&'static str, u32>,
    patience: Option<Instant>,
    /// Whether the end came from an answer; false if from the network, none if from neither.
    reached: Option<bool>,
}

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
        let again = self.run.options.resend;
        // Another folder of results, or an earlier picture of this one, may have come in between.
        let times = self.run.pacer.peek(&self.entry.key);
        let replaced = times.last_was_another(&self.entry.sha256);
        if self.entry.state == State::Applied && !again && !replaced {
            return Next::Done(Status::UpToDate);
        }
        let until = self.entry.not_before.unwrap_or_default();
        let now = calendar::now();
        // A clock that was set back since says nothing; the account's own times are adjusted to it.
        let is_plausible = self.entry.updated <= now;
        if self.entry.state == State::Deferred && until > now && is_plausible && !again {
            return Next::Done(Status::Deferred);
        }
        self.unverified &= !again && !replaced;
        self.entry.account.clone_from(&self.delivery.account);
        self.entry.picture.clone_from(&self.delivery.picture);
        if !self.unverified {
            self.entry.state = State::Planned;
            self.entry.not_before = None;
            self.note("planned", "to be sent", "");
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

    fn outcome(&self, status: Status) -> Outcome {
        Outcome {
            status,
            entry: self.entry.clone(),
            reached: self.reached,
        }
    }

    /// The outcome should the next step panic; the journal stays as it is then.
    pub(crate) fn panicked(&self) -> Outcome {
        let mut outcome = self.outcome(Status::Unknown);
        outcome.entry.code = "panicked".into();
        outcome.entry.message = "a fault in the destination".into();
        outcome.entry.hint = "please report it; the next run finds out what came of it".into();
        outcome
    }

    /// Ends a task that shall not go on, without losing what is known of it.
    pub(crate) fn cut(mut self, code: &'static str, text: &str) -> Outcome {
        if matches!(self.stage, Stage::Compare) {
            return self.outcome(Status::Applied);
        }
        let (state, status) = match (self.unverified, self.sends) {
            (true, _) => (State::Unknown, Status::Unknown),
            (false, 0) => (State::Planned, Status::NotStarted),
            (false, _) => (State::Deferred, Status::Deferred),
        };
        self.entry.state = state;
        self.note(code, text, "run the same command again");
        // What cannot be written now is still there as it was.
        let _ = self.run.journal.write(&self.entry);
        self.outcome(status)
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
        }
    }

    /// Another run may have been told to leave the account alone.
    fn rest(&mut self, lease: &Lease) -> Option<Next> {
        let until = lease.times.deferred;
        let applied = matches!(self.stage, Stage::Compare);
        if until <= calendar::now() || self.run.options.resend || applied {
            return None;
        }
        let text = format!("the account rests because of {}", lease.times.code);
        self.note("deferred", &text, "run the same command again later");
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

    fn send(&mut self, lease: &mut Lease) -> Next {
        if !self.until_next_send(lease).is_zero() {
            return self.at_next_send(lease, Duration::ZERO);
        }
        // Somebody else sent after this task asked what shows: it would take theirs for its own.
        if lease.times.sends != self.known_sends {
            self.stage = Stage::Snapshot;
            return self.after(self.run.destination.spacing().questions);
        }
        let payload = match self.payload() {
            Ok(payload) => payload,
            Err(verdict) => return self.act(lease, verdict),
        };
        let shows = lease.times.last.clone();
        if let Err(error) = self.announce(lease) {
            return self.unwritable(&error);
        }
        self.unverified = false;
        let verdict = (self.run.destination).send(&self.delivery.account, &payload);
        let last = if verdict.may_be_applied() {
            self.entry.sha256.clone()
        } else {
            shows
        };
        // Counted from the answer: however long the request took, the next one starts later.
        let wish = verdict.no_sooner.filter(|wish| *wish <= LONGEST_PAUSE);
        if let Err(error) = self.space(lease, wish, last) {
            self.warn(&error);
        }
        self.act(lease, verdict)
    }

    /// Writes down that a send begins: until its answer it counts as what shows.
    fn announce(&mut self, lease: &mut Lease) -> Result<(), String> {
        self.sends += 1;
        self.entry.sends = self.entry.sends.saturating_add(1);
        self.entry.state = State::Sending;
        self.note("sending", "being sent", "");
        let written = self.run.journal.write(&self.entry);
        written.map_err(|error| error.to_string())?;
        lease.times.sends = lease.times.sends.wrapping_add(1);
        self.known_sends = lease.times.sends;
        self.space(lease, None, self.entry.sha256.clone())
            .map_err(|error| error.to_string())
    }

    /// The same bytes on every attempt.
    fn payload(&self) -> Result<Payload, Verdict> {
        let payload = self.delivery.contents.load()?;
        if payload.sha256() == self.entry.sha256 {
            return Ok(payload);
        }
        let text = "the picture changed since the run began";
        let hint = "run the same command again";
        Err(Verdict::new(Action::Fail, "picture_changed", text, hint))
    }

    /// Keeps the time of the next send, and which picture may show.
    fn space(
        &mut self,
        lease: &mut Lease,
        no_sooner: Option<Duration>,
        last: String,
    ) -> std::io::Result<()> {
        let spacing = self.run.destination.spacing().sends;
        let spacing = spacing.max(no_sooner.unwrap_or_default());
        let spacing = self.run.options.speed.real(spacing);
        self.next_send = Some(Instant::now() + spacing);
        lease.keep(Times {
            send: calendar::now() + spacing,
            last,
            ..lease.times.clone()
        })
    }
}

fn planned(delivery: &Delivery, key: AccountKey) -> Entry {
    Entry {
        key,
        sha256: delivery.contents.sha256().into(),
        account: delivery.account.clone(),
        picture: delivery.picture.clone(),
        state: State::Planned,
        sends: 0,
        before: None,
        shown: None,
        code: "planned".into(),
        message: "to be sent".into(),
        hint: String::new(),
        not_before: None,
        updated: Duration::ZERO,
    }
}

/// The outcome of a delivery to nobody; it is not in the journal.
pub(crate) fn unknown_account(delivery: &Delivery) -> Outcome {
    let mut outcome = without_account(delivery, State::Rejected, Status::Rejected);
    outcome.entry.code = "no_account".into();
    outcome.entry.message = "the destination has no such account".into();
    outcome.entry.hint = "add it, or correct its name".into();
    outcome
}

/// The outcome should the look-up of a delivery panic: nothing was sent.
pub(crate) fn never_begun(delivery: &Delivery) -> Outcome {
    let mut outcome = without_account(delivery, State::Planned, Status::NotStarted);
    outcome.entry.code = "panicked".into();
    outcome.entry.message = "a fault in the destination".into();
    outcome.entry.hint = "please report it".into();
    outcome
}

fn without_account(delivery: &Delivery, state: State, status: Status) -> Outcome {
    let key = AccountKey {
        service: String::new(),
        host: String::new(),
        id: delivery.account.clone(),
    };
    let mut entry = planned(delivery, key);
    entry.state = state;
    Outcome {
        status,
        entry,
        reached: None,
    }
}
