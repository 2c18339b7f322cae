//! The state of a task: its stage, its entry in the journal, and what it has counted.

use std::collections::HashMap;
use std::io;
use std::time::{Duration, Instant};

use crate::clock;
use crate::destination::{Access, Spacing};
use crate::journal::{Entry, State};
use crate::pace::Lease;
use crate::run::backoff::jitter;
use crate::run::scopes::Scopes;
use crate::run::values::{Delivery, Event, Outcome, Run, Status, Stop};
use crate::verdict::{Then, Verdict};

/// How long a delivery is deferred if the service names no time.
pub(super) const DEFAULT_DEFERRAL: Duration = Duration::from_secs(30 * 60);

/// If a server asks for a longer pause than this, the delivery is deferred to another run.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);

/// So many questions may fail while an outcome is verified.
pub(super) const MOST_QUESTIONS: u32 = 3;

/// Most sends of a delivery in one run.
pub(super) const MOST_SENDS: u32 = 4;

/// The next thing that a task does.
#[derive(Debug, Clone)]
pub(super) enum Stage {
    Ready,
    Snapshot,
    /// Nothing is known about earlier deliveries: the shown picture is fetched and compared before
    /// a send.
    LookFirst,
    Send,
    Verify(UncertainOutcome),
    /// The picture is applied; fetch what the account shows and compare it.
    Compare,
    /// The picture was applied in an earlier run; look whether it is still there.
    LookAgain,
    /// The outcome of a send is unknown; fetch what the account shows and compare it.
    Recognize(UncertainOutcome),
}

/// An attempt of which it is not known whether it was applied.
#[derive(Debug, Clone)]
pub(super) struct UncertainOutcome {
    pub(super) cause: Verdict,
    /// Further sends that are allowed; `then` follows when they are used up.
    pub(super) resends: u32,
    pub(super) then: Then,
    /// Whether this is the question right before sending again.
    pub(super) last_look: bool,
}

/// What a step ends with.
pub(crate) enum Step<'a> {
    /// Continue at this time.
    Later(Instant, Box<Task<'a>>),
    Done(Outcome),
    /// End the run; this delivery has its own outcome.
    Stop(Stop, Outcome),
}

/// Like [`Step`], while the task is still borrowed.
#[derive(Clone, Copy)]
pub(super) enum Next {
    At(Instant),
    Done(Status),
    Stop(Stop, Status),
}

pub(crate) struct Task<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) scopes: &'a Scopes,
    pub(super) delivery: Delivery,
    pub(super) access: Access,
    pub(super) spacing: Spacing,
    pub(super) entry: Entry,
    /// State of the delivery when the run began.
    pub(super) known: State,
    /// Whether nothing is known about earlier deliveries to the target.
    pub(super) is_first: bool,
    pub(super) stage: Stage,
    /// Whether the outcome of an attempt, of this run or of an earlier one, is unknown.
    pub(super) unverified: bool,
    /// The slot's number of sends when it was last asked what it shows, updated after each send of
    /// this task. If the slot has another number, another process has sent.
    pub(super) known_sends: u64,
    /// No send before this time, by the monotonic clock, which cannot be set.
    pub(super) next_send: Option<Instant>,
    pub(super) sends: u32,
    pub(super) resends: u32,
    pub(super) tallies: HashMap<&'static str, u32>,
    pub(super) ready_until: Option<Instant>,
    /// Since when another process works on the account.
    pub(super) held_since: Option<Instant>,
    pub(super) is_hold_reported: bool,
    /// Whether the service answered: false if the connection failed, `None` if it was not
    /// contacted.
    pub(super) reached: Option<bool>,
}

impl Task<'_> {
    /// Writes the end of the delivery to the journal. As long as the outcome of an attempt is
    /// unknown, the journal says `unknown`, whatever came after it, so that the next run verifies.
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
            Err(error) => self.unwritable(&error.line()),
        }
    }

    /// Whether the entry in the journal must stay: with the option `resend` and nothing sent, what it knows
    /// is still true.
    pub(super) fn leaves_the_journal(&self) -> bool {
        let is_known = matches!(self.known, State::Applied | State::Sending | State::Unknown);
        is_known && self.sends == 0 && self.run.options.resend
    }

    /// Ends the run because the journal cannot be written: after a crash, pictures would be sent
    /// twice.
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

    /// The random part of a pause; zero for destinations without pauses.
    pub(super) fn random(&self, failures: u32) -> Duration {
        if self.spacing.sends.is_zero() {
            return Duration::ZERO;
        }
        jitter(failures)
    }

    pub(super) fn after(&self, pause: Duration) -> Next {
        Next::At(Instant::now() + self.run.options.speed.real(pause))
    }

    /// The time of the next send that the account allows, plus `later`.
    pub(super) fn at_next_send(&self, lease: &Lease<'_>, later: Duration) -> Next {
        let wait = self.until_next_send(lease);
        Next::At(Instant::now() + wait + self.run.options.speed.real(later))
    }

    /// Time until the next send. It is the longer of two: one by the system's clock, which all
    /// processes share, and one by the monotonic clock, because the system's clock can be set at
    /// any time.
    pub(super) fn until_next_send(&self, lease: &Lease<'_>) -> Duration {
        let shared = lease.times.send.saturating_sub(clock::now());
        let now = Instant::now();
        let own = self.next_send.map(|at| at.saturating_duration_since(now));
        shared.max(own.unwrap_or_default())
    }

    pub(super) fn report_pause(&self, cause: &Verdict, pause: Duration) {
        self.report_real_pause(cause, self.run.options.speed.real(pause));
    }

    /// The same for a pause that is already in real time.
    pub(super) fn report_real_pause(&self, cause: &Verdict, pause: Duration) {
        let account = &self.delivery.account;
        (self.run.listener)(&Event::Waiting {
            account,
            cause,
            pause,
        });
    }

    /// Reports that a request begins.
    pub(super) fn report_start(&self, step: &'static str) {
        let account = &self.delivery.account;
        (self.run.listener)(&Event::Begins { account, step });
    }

    pub(super) fn warn(&self, error: &io::Error) {
        let text = format!("the time of the next request could not be written: {error}");
        (self.run.listener)(&Event::Warning(text));
    }
}
