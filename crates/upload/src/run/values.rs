//! What a run is given, what it tells on the way and what it ends with.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use crate::destination::Destination;
use crate::journal::{Entry, Journal};
use crate::pace::Pacer;
use crate::payload::{Contents, Payload};
use crate::speed::Speed;
use crate::verdict::Verdict;

/// One picture for one account.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Name of the account.
    pub account: String,
    /// Name of the picture, for people.
    pub picture: String,
    /// What is sent.
    pub contents: Arc<dyn Contents>,
}

/// What became of a delivery in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It was applied now.
    Applied,
    /// It was applied before.
    UpToDate,
    /// It failed, and someone must act.
    Rejected,
    /// Later, in another run.
    Deferred,
    /// Nobody knows; the next run verifies.
    Unknown,
    /// Nothing was sent.
    NotStarted,
}

/// The end of a delivery in this run.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What became of it.
    pub status: Status,
    /// As it stands in the journal.
    pub entry: Entry,
    /// Whether its end came from an answer; false if from the network, none if from neither.
    pub(crate) reached: Option<bool>,
    /// How the account is reached; empty if nobody knows the account.
    pub(crate) endpoint: String,
}

/// Why a run ended before everything had its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Nobody could be sent to: every address was wrong, redirected or not trusted.
    Refused,
    /// The journal or the times of the accounts could not be kept.
    Journal,
    /// Several accounts in a row had no connection.
    Network,
    /// The caller wanted it to.
    Interrupted,
    /// Its time was over.
    OutOfTime,
}

impl Stop {
    /// Stable name of the cause, as deliveries that had no turn show it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Refused => "stopped",
            Self::Journal => "journal",
            Self::Network => "network_down",
            Self::Interrupted => "interrupted",
            Self::OutOfTime => "out_of_time",
        }
    }
}

/// A run that is over.
#[derive(Debug)]
pub struct Finished {
    /// One for each delivery, in the order in which they ended.
    pub outcomes: Vec<Outcome>,
    /// Why it ended early, if it did.
    pub stopped: Option<Stop>,
}

/// What happens during a run.
#[derive(Debug)]
pub enum Event<'a> {
    /// A request to an account begins; until the next event of the account it is under way.
    Begins {
        /// The account.
        account: &'a str,
        /// What for.
        step: &'static str,
    },
    /// An account waits for its next step.
    Waiting {
        /// The account.
        account: &'a str,
        /// Why.
        cause: &'a Verdict,
        /// How long.
        pause: Duration,
    },
    /// A delivery came to its end.
    Done(&'a Outcome),
    /// Something that the run survives.
    Warning(String),
}

/// How to run.
#[derive(Debug, Clone, Copy)]
pub struct RunOptions {
    /// Accounts contacted in parallel.
    pub senders: NonZeroUsize,
    /// Sends what was applied or deferred before, and what may have been applied.
    pub resend: bool,
    /// How fast time runs.
    pub speed: Speed,
    /// Nothing new begins after this long.
    pub deadline: Option<Duration>,
    /// Fetches and compares what shows after each send as well.
    pub verify: bool,
}

/// Compares what was sent with what shows; the error says how they differ.
pub type Compare<'a> = dyn Fn(&Payload, &[u8]) -> Result<(), String> + Sync + 'a;

/// Everything that a run needs.
pub struct Run<'a> {
    /// Where to.
    pub destination: &'a dyn Destination,
    /// What is known.
    pub journal: &'a Journal,
    /// When an account may be called.
    pub pacer: &'a Pacer,
    /// How.
    pub options: RunOptions,
    /// Tells whether two pictures look the same: settles doubts.
    pub compare: &'a Compare<'a>,
    /// Who wants to hear of it; called from many threads.
    pub listener: &'a (dyn Fn(&Event<'_>) + Sync),
}
