//! One picture on its way to one account: how far it is, and what is known of it.

use std::collections::HashMap;
use std::io;
use std::time::{Duration, Instant};

use crate::clock;
use crate::destination::{Access, Spacing};
use crate::journal::{Entry, State};
use crate::pace::Lease;
use crate::run::backoff::{TRANSPORT_FLOOR, jitter};
use crate::run::scopes::Scopes;
use crate::run::values::{Delivery, Event, Outcome, Run, Status, Stop};
use crate::verdict::{Then, Verdict};

/// How long a delivery rests that found no better time.
pub(super) const REST: Duration = Duration::from_secs(30 * 60);

/// A server that wants a longer pause gets one: another run.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);

/// Questions that may fail while an outcome is verified.
pub(super) const MOST_QUESTIONS: u32 = 3;

/// Most sends of a delivery in one run.
pub(super) const MOST_SENDS: u32 = 4;

/// What is done next.
#[derive(Debug, Clone)]
pub(super) enum Stage {
    Ready,
    Snapshot,
    Send,
    Verify(UncertainOutcome),
    /// Applied; what shows is fetched and compared.
    Compare,
    /// What shows after a send whose end nobody knows is fetched and compared.
    Recognize(UncertainOutcome),
}

/// Whether an attempt was applied is not known.
#[derive(Debug, Clone)]
pub(super) struct UncertainOutcome {
    pub(super) cause: Verdict,
    /// Further sends that it allows, and what follows them.
    pub(super) resends: u32,
    pub(super) then: Then,
    /// Whether this look is the one right before a resend.
    pub(super) last_look: bool,
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
    /// How far it was when the run began.
    pub(super) known: State,
    pub(super) stage: Stage,
    /// Whether nobody knows what came of an attempt, of this run or of an earlier one.
    pub(super) unverified: bool,
    /// The slot's count of sends when it was asked what it shows, and after each send from here.
    pub(super) known_sends: u64,
    /// No send before that, by a clock that nobody can set.
    pub(super) next_send: Option<Instant>,
    pub(super) sends: u32,
    pub(super) resends: u32,
    pub(super) tallies: HashMap<&'static str, u32>,
    pub(super) patience: Option<Instant>,
    /// Whether the end came from an answer; false if from the network, none if from neither.
    pub(super) reached: Option<bool>,
}

impl Task<'_> {
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

    /// The random part of a pause; destinations without limits get none.
    pub(super) fn random(&self, failures: u32) -> Duration {
        if self.spacing.sends.is_zero() {
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

    /// When the account may be sent to next, and so much later.
    pub(super) fn at_next_send(&self, lease: &Lease<'_>, later: Duration) -> Next {
        let wait = self.until_next_send(lease);
        Next::At(Instant::now() + wait + self.run.options.speed.real(later))
    }

    /// What is left until the next send, by the clock that processes share and by this one's own:
    /// the shared one may be set at any time.
    pub(super) fn until_next_send(&self, lease: &Lease<'_>) -> Duration {
        let shared = lease.times.send.saturating_sub(clock::now());
        let now = Instant::now();
        let own = self.next_send.map(|at| at.saturating_duration_since(now));
        shared.max(own.unwrap_or_default())
    }

    pub(super) fn waiting(&self, cause: &Verdict, pause: Duration) {
        self.waiting_really(cause, self.run.options.speed.real(pause));
    }

    /// The same for a pause by the clock on the wall.
    pub(super) fn waiting_really(&self, cause: &Verdict, pause: Duration) {
        let account = &self.delivery.account;
        (self.run.listener)(&Event::Waiting {
            account,
            cause,
            pause,
        });
    }

    /// Says that a request begins.
    pub(super) fn begins(&self, step: &'static str) {
        let account = &self.delivery.account;
        (self.run.listener)(&Event::Begins { account, step });
    }

    pub(super) fn warn(&self, error: &io::Error) {
        let text = format!("the time of the next call could not be kept: {error}");
        (self.run.listener)(&Event::Warning(text));
    }
}
