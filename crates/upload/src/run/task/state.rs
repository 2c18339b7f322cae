//! One picture on its way to one account: how far it is, and what is known of it.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::journal::{Entry, State};
use crate::run::values::{Delivery, Outcome, Run, Status, Stop};
use crate::verdict::{Then, Verdict};

/// How long a delivery rests that found no better time.
pub(super) const REST: Duration = Duration::from_secs(30 * 60);

/// A server that wants a longer pause gets one: another run.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);

/// Questions that may fail while an outcome is verified.
pub(super) const MOST_QUESTIONS: u32 = 3;

/// What is done next.
#[derive(Debug, Clone)]
pub(super) enum Stage {
    Ready,
    Snapshot,
    Send,
    Verify(Doubt),
    /// Applied; what shows is fetched and compared.
    Compare,
    /// Something else shows than before a send whose end nobody knows: it is fetched and compared.
    Recognize(Doubt),
}

/// What a step ends with.
pub(crate) enum Step<'a> {
    /// Go on then.
    Later(Instant, Box<Task<'a>>),
    Done(Outcome),
    /// Nothing more to anybody; this delivery has an outcome of its own.
    Stop(Stop, Outcome),
}

/// Whether an attempt was applied is not known.
#[derive(Debug, Clone)]
pub(super) struct Doubt {
    pub(super) cause: Verdict,
    /// Further sends that it allows, and what follows them.
    pub(super) resends: u32,
    pub(super) then: Then,
    /// Whether this look is the one right before a resend.
    pub(super) last_look: bool,
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
    pub(super) delivery: Delivery,
    pub(super) entry: Entry,
    /// How far it was when the run began.
    pub(super) known: State,
    pub(super) stage: Stage,
    /// Whether nobody knows what came of an attempt, of this run or of an earlier one.
    pub(super) unverified: bool,
    /// The account's count of sends when it was asked what it shows, and after each send from here.
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
