//! One picture on its way to one account, step by step: ready? shows what? send, verify, done.
//! Between steps it holds no thread and no lock.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::journal::{Entry, JournalError, State};
use crate::pace::{Lease, Times};
use crate::run::{Delivery, Outcome, Run, Status};
use crate::verdict::{Action, Then, Verdict};
use crate::{AccountKey, calendar};

/// Most sends of a delivery in one run.
const MOST_SENDS: u32 = 4;

/// How long an account may take to become ready.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// How long a delivery rests that found no better time.
const REST: Duration = Duration::from_secs(30 * 60);

/// Least pause after a connection that failed.
const TRANSPORT_FLOOR: Duration = Duration::from_secs(1);
const BACKOFF_BASE: Duration = Duration::from_secs(2);
const BACKOFF_CAP: Duration = Duration::from_secs(120);

/// Questions that may fail while an outcome is verified.
const MOST_QUESTIONS: u32 = 3;

/// What is done next.
#[derive(Debug, Clone)]
enum Stage {
    Ready,
    Snapshot,
    Send,
    /// The cause, the resends it allows and what follows them.
    Verify(Verdict, u32, Then),
}

/// What a step ends with.
pub(crate) enum Next {
    /// Go on then.
    At(Instant),
    Done(Box<Outcome>),
    /// Nothing more to anybody; this task ends with an outcome of its own.
    Stop(Box<Outcome>),
}

pub(crate) struct Task<'a> {
    run: &'a Run<'a>,
    delivery: Delivery,
    entry: Entry,
    stage: Stage,
    /// Whether an earlier run left an attempt without a known end.
    resumed: bool,
    sends: u32,
    resends: u32,
    tallies: HashMap<&'static str, u32>,
    patience: Option<Instant>,
    failed_by_transport: bool,
}

impl<'a> Task<'a> {
    /// Looks up what is known; what needs no step is an outcome at once.
    pub(crate) fn new(
        run: &'a Run<'a>,
        delivery: Delivery,
        key: AccountKey,
    ) -> Result<Result<Self, Outcome>, JournalError> {
        let known = run.journal.find(&key, delivery.payload.sha256())?;
        let entry = known.unwrap_or_else(|| planned(&delivery, key));
        let task = Self {
            run,
            resumed: matches!(entry.state, State::Sending | State::Unknown),
            entry,
            delivery,
            stage: Stage::Ready,
            sends: 0,
            resends: 0,
            tallies: HashMap::new(),
            patience: None,
            failed_by_transport: false,
        };
        task.begin()
    }

    fn begin(mut self) -> Result<Result<Self, Outcome>, JournalError> {
        let again = self.run.options.resend;
        if self.entry.state == State::Applied && !again {
            return Ok(Err(self.outcome(Status::UpToDate)));
        }
        let rests = self.entry.state == State::Deferred
            && self
                .entry
                .not_before
                .is_some_and(|time| time > calendar::now());
        if rests && !again {
            return Ok(Err(self.outcome(Status::Deferred)));
        }
        self.entry.account.clone_from(&self.delivery.account);
        self.entry.picture.clone_from(&self.delivery.picture);
        if !self.resumed {
            self.entry.state = State::Planned;
            self.entry.not_before = None;
            self.run.journal.write(&self.entry)?;
        }
        Ok(Ok(self))
    }

    fn outcome(&self, status: Status) -> Outcome {
        Outcome {
            status,
            entry: self.entry.clone(),
            failed_by_transport: self.failed_by_transport,
        }
    }

    /// Ends a task that shall not go on, without losing what is known of it.
    pub(crate) fn cut(mut self, code: &'static str, text: &str) -> Outcome {
        let pending = matches!(self.stage, Stage::Verify(..)) || self.resumed;
        let (state, status) = match (pending, self.sends) {
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

    /// One step, while holding the account.
    pub(crate) fn step(&mut self) -> Next {
        let mut lease = match self.run.pacer.enter(&self.entry.key) {
            Ok(Some(lease)) => lease,
            Ok(None) => return self.after(TRANSPORT_FLOOR),
            Err(error) => {
                return self.unwritable(&format!(
                    "the times of the account could not be read: {error}"
                ));
            }
        };
        if let Some(done) = self.deferred_elsewhere(&lease) {
            return done;
        }
        match self.stage.clone() {
            Stage::Ready => self.ask_ready(&mut lease),
            Stage::Snapshot => self.ask_snapshot(&mut lease),
            Stage::Send => self.send(&mut lease),
            Stage::Verify(cause, resends, then) => self.verify(&mut lease, &cause, resends, then),
        }
    }

    /// Another run may have been told to leave the account alone.
    fn deferred_elsewhere(&mut self, lease: &Lease) -> Option<Next> {
        let until = lease.times.deferred;
        if until <= calendar::now() || self.run.options.resend {
            return None;
        }
        self.note(
            "deferred",
            &format!("the account rests because of {}", lease.times.code),
            "run the same command again later",
        );
        self.entry.not_before = Some(until);
        Some(self.end(State::Deferred, Status::Deferred))
    }

    fn ask_ready(&mut self, lease: &mut Lease) -> Next {
        match self.run.destination.ready(&self.delivery.account) {
            Ok(()) => {
                self.stage = if self.resumed {
                    Stage::Verify(resumed(), 1, Then::Defer(REST))
                } else {
                    Stage::Snapshot
                };
                if self.entry.before.is_some() && self.sends > 0 {
                    self.stage = Stage::Send;
                }
                self.after(self.run.destination.spacing().questions)
            }
            Err(verdict) => self.act(lease, verdict),
        }
    }

    fn ask_snapshot(&mut self, lease: &mut Lease) -> Next {
        match self.run.destination.shown(&self.delivery.account) {
            Ok(shown) => {
                self.entry.before = shown;
                self.stage = Stage::Send;
                self.after(Duration::ZERO)
            }
            Err(verdict) => self.act(lease, verdict),
        }
    }

    fn send(&mut self, lease: &mut Lease) -> Next {
        if let Some(wait) = lease
            .times
            .send
            .checked_sub(calendar::now())
            .filter(|wait| !wait.is_zero())
        {
            return Next::At(Instant::now() + wait);
        }
        self.sends += 1;
        self.entry.sends += 1;
        self.entry.state = State::Sending;
        self.note("sending", "being sent", "");
        if let Err(error) = self.run.journal.write(&self.entry) {
            return self.unwritable(&error.to_string());
        }
        if let Err(error) = self.space(lease, None) {
            return self.unwritable(&error.to_string());
        }
        let verdict = self
            .run
            .destination
            .send(&self.delivery.account, &self.delivery.payload);
        // Counted from the answer: however long the request took, the next one starts later.
        if let Err(error) = self.space(lease, verdict.no_sooner) {
            self.run.report(&error);
        }
        self.act(lease, verdict)
    }

    /// Keeps the time of the next send.
    fn space(&self, lease: &mut Lease, no_sooner: Option<Duration>) -> std::io::Result<()> {
        let spacing = self.run.destination.spacing().sends;
        let spacing = spacing.max(no_sooner.unwrap_or_default());
        let send = calendar::now() + self.run.options.speed.real(spacing);
        lease.keep(Times {
            send,
            ..lease.times.clone()
        })
    }

    /// Compares what the account shows with what it showed before.
    fn verify(&mut self, lease: &mut Lease, cause: &Verdict, resends: u32, then: Then) -> Next {
        match self.run.destination.shown(&self.delivery.account) {
            Ok(Some(now))
                if self
                    .entry
                    .before
                    .as_ref()
                    .is_some_and(|before| *before != now) =>
            {
                let mut verdict = Verdict::applied(Some(now));
                verdict.text = "applied, confirmed by what the account shows".into();
                self.act(lease, verdict)
            }
            Ok(Some(_)) if self.entry.before.is_some() => {
                self.resumed = false;
                if self.resends >= resends {
                    return self.exhausted(lease, cause, then);
                }
                self.resends += 1;
                self.stage = Stage::Send;
                self.again(lease, cause, 1)
            }
            Ok(_) => self.unknown(cause, "what the account shows cannot be compared"),
            Err(verdict) => {
                if self.tally("verify") < MOST_QUESTIONS {
                    let pause = self.backoff(TRANSPORT_FLOOR, 1);
                    return self.after(pause);
                }
                self.unknown(cause, &verdict.text)
            }
        }
    }

    fn unknown(&mut self, cause: &Verdict, why: &str) -> Next {
        let text = format!("{}; {why}", cause.text);
        self.note(
            cause.code,
            &text,
            "look at the account; the same command verifies again, --resend sends again",
        );
        self.end(State::Unknown, Status::Unknown)
    }

    fn act(&mut self, lease: &mut Lease, verdict: Verdict) -> Next {
        match verdict.action.clone() {
            Action::Applied { shown } => {
                self.entry.shown = shown;
                self.entry.not_before = None;
                self.note(verdict.code, &verdict.text, verdict.hint);
                self.end(State::Applied, Status::Applied)
            }
            Action::Retry { most } => {
                let failures = self.tally(verdict.code);
                if failures > most {
                    self.failed_by_transport = true;
                    return self.exhausted(lease, &verdict, Then::Defer(REST));
                }
                let pause = self.backoff(TRANSPORT_FLOOR, failures);
                self.waiting(&verdict, pause);
                self.after(pause)
            }
            Action::Wait { most, then } => match self.tally(verdict.code) {
                refusals if refusals >= most => self.exhausted(lease, &verdict, then),
                refusals => self.again(lease, &verdict, refusals),
            },
            Action::Await => self.wait_for_ready(lease, &verdict),
            Action::Verify { resends, then } => {
                self.stage = Stage::Verify(verdict, resends, then);
                self.after(self.run.destination.spacing().questions)
            }
            Action::Fail | Action::StopAccount => self.rejected(&verdict),
            Action::Defer(time) | Action::StopAccountFor(time) => self.defer(lease, &verdict, time),
            Action::StopRun => {
                self.note(verdict.code, &verdict.text, verdict.hint);
                self.stop(State::Rejected, Status::Rejected)
            }
        }
    }

    /// The same again, after the spacing and a random part that keeps runs from marching in step.
    fn again(&mut self, lease: &mut Lease, cause: &Verdict, count: u32) -> Next {
        if self.sends >= MOST_SENDS {
            return self.exhausted(lease, cause, Then::Defer(REST));
        }
        let spacing = self.run.destination.spacing().sends;
        let floor = spacing.max(cause.no_sooner.unwrap_or_default());
        let pause = self.backoff(floor, count);
        self.waiting(cause, pause);
        self.after(pause)
    }

    fn wait_for_ready(&mut self, lease: &mut Lease, verdict: &Verdict) -> Next {
        let patience = self.run.options.speed.real(PATIENCE);
        let until = *self
            .patience
            .get_or_insert_with(|| Instant::now() + patience);
        if Instant::now() >= until || self.sends >= MOST_SENDS {
            return self.exhausted(lease, verdict, Then::Defer(REST));
        }
        self.stage = Stage::Ready;
        let pause = self.run.destination.spacing().polls;
        self.waiting(verdict, pause);
        self.after(pause)
    }

    fn exhausted(&mut self, lease: &mut Lease, verdict: &Verdict, then: Then) -> Next {
        match then {
            Then::Fail => self.rejected(verdict),
            Then::Defer(time) => self.defer(lease, verdict, time),
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
        if !self.failed_by_transport {
            let deferred = calendar::now() + self.run.options.speed.real(time);
            self.entry.not_before = Some(deferred);
            let code = verdict.code.to_string();
            let kept = lease.keep(Times {
                deferred,
                code,
                ..lease.times.clone()
            });
            if let Err(error) = kept {
                self.run.report(&error);
            }
        }
        self.end(State::Deferred, Status::Deferred)
    }

    fn end(&mut self, state: State, status: Status) -> Next {
        self.entry.state = state;
        match self.run.journal.write(&self.entry) {
            Ok(()) => Next::Done(Box::new(self.outcome(status))),
            Err(error) => self.unwritable(&error.to_string()),
        }
    }

    fn stop(&mut self, state: State, status: Status) -> Next {
        match self.end(state, status) {
            Next::Done(outcome) => Next::Stop(outcome),
            next => next,
        }
    }

    /// Without a journal nothing more is sent: a crash would make duplicates.
    fn unwritable(&mut self, why: &str) -> Next {
        let hint = "check the folder, its permissions and the free space";
        self.note("journal", why, hint);
        let status = if self.sends > 0 {
            Status::Unknown
        } else {
            Status::NotStarted
        };
        Next::Stop(Box::new(self.outcome(status)))
    }

    fn note(&mut self, code: &str, message: &str, hint: &str) {
        self.entry.code = code.into();
        self.entry.message = message.into();
        self.entry.hint = hint.into();
        self.entry.updated = calendar::now();
    }

    fn tally(&mut self, code: &'static str) -> u32 {
        let count = self.tallies.entry(code).or_default();
        *count += 1;
        *count
    }

    /// The floor and a random part: the whole of it may be drawn, none of the floor is saved.
    fn backoff(&self, floor: Duration, count: u32) -> Duration {
        let most = BACKOFF_BASE
            .saturating_mul(1 << count.min(6))
            .min(BACKOFF_CAP);
        let random = if self.run.destination.spacing().sends.is_zero() {
            Duration::ZERO
        } else {
            most.mul_f64(fastrand::f64())
        };
        floor + random
    }

    fn waiting(&self, cause: &Verdict, pause: Duration) {
        let pause = self.run.options.speed.real(pause);
        self.run.waiting(&self.delivery, cause, pause);
    }

    fn after(&self, pause: Duration) -> Next {
        Next::At(Instant::now() + self.run.options.speed.real(pause))
    }
}

fn planned(delivery: &Delivery, key: AccountKey) -> Entry {
    Entry {
        key,
        sha256: delivery.payload.sha256().into(),
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

/// The cause of a verification that an earlier run left.
fn resumed() -> Verdict {
    let action = Action::Verify {
        resends: 1,
        then: Then::Defer(REST),
    };
    let text = "an earlier run ended while the picture was being sent";
    Verdict::new(action, "unfinished", text, "look at the account")
}
