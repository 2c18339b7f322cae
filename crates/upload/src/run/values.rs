//! The values of a run: its deliveries and options, the events on the way, and the outcomes.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use crate::destination::Destination;
use crate::journal::{Entry, Journal};
use crate::pace::Pacer;
use crate::payload::{Contents, Payload};
use crate::time_scale::TimeScale;
use crate::verdict::Verdict;

/// One picture for one account.
#[derive(Clone)]
pub struct Delivery {
    /// Name of the account, for people.
    pub account: String,
    /// The account.
    pub destination: Arc<dyn Destination>,
    /// Name of the picture, for people.
    pub picture: String,
    /// What is sent.
    pub contents: Arc<dyn Contents>,
}

/// How a delivery ended in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It was applied now.
    Applied,
    /// It was applied before.
    UpToDate,
    /// It failed, and someone must act.
    Rejected,
    /// It is to be sent later, in another run.
    Deferred,
    /// It is not known whether it was applied; the next run finds out.
    Unknown,
    /// Nothing was sent.
    NotStarted,
}

/// The end of a delivery in this run.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// How it ended.
    pub status: Status,
    /// Its entry in the journal.
    pub entry: Entry,
    /// Whether the service answered: false if the connection failed, `None` if it was not
    /// contacted.
    pub(crate) reached: Option<bool>,
    /// The endpoint of the account; empty if it is not known.
    pub(crate) endpoint: String,
}

/// Why a run ended before every delivery had its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Nothing could be sent: every address was wrong, redirected or not trusted.
    Refused,
    /// The journal or the times of the accounts could not be written.
    Journal,
    /// Several accounts in a row had no connection.
    Network,
    /// The caller stopped it.
    Interrupted,
    /// Its deadline passed.
    OutOfTime,
}

impl Stop {
    /// Stable code of the cause, which deliveries get that had no turn.
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
    /// One outcome for each delivery, in the order in which they ended.
    pub outcomes: Vec<Outcome>,
    /// Why it ended early, if it did.
    pub stopped: Option<Stop>,
}

/// What happens during a run.
#[derive(Debug)]
pub enum Event<'a> {
    /// A request to an account begins; it lasts until the next event of the account.
    Begins {
        /// The account.
        account: &'a str,
        /// What the request is for, as a phrase.
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
    /// Something went wrong, but the run goes on.
    Warning(String),
}

/// How to run.
#[derive(Debug, Clone, Copy)]
pub struct RunOptions {
    /// Accounts contacted in parallel.
    pub senders: NonZeroUsize,
    /// Also sends what was applied, refused or deferred before, or may have been applied.
    pub resend: bool,
    /// The factor by which waits are shortened in a rehearsal.
    pub speed: TimeScale,
    /// No new delivery begins after this time.
    pub deadline: Option<Duration>,
    /// Also fetches and compares what the account shows after each send that was applied.
    pub verify: bool,
}

/// Result of comparing a picture that was or is to be sent with one that an account shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// It is the same picture, encoded again at most.
    Same,
    /// They look alike, but one may differ in a detail; the text says how alike they are.
    Similar(String),
    /// It is another picture; the text says how different they are.
    Different(String),
}

/// Compares the payload with the picture that the account shows.
pub type Compare<'a> = dyn Fn(&Payload, &[u8]) -> Comparison + Sync + 'a;

/// Everything that a run needs.
pub struct Run<'a> {
    /// Deliveries so far.
    pub journal: &'a Journal,
    /// When an account may be called.
    pub pacer: &'a Pacer,
    /// How to run.
    pub options: RunOptions,
    /// Compares two pictures, to find out whether an attempt with unknown outcome was applied.
    pub compare: &'a Compare<'a>,
    /// Receives the events; it is called from many threads.
    pub listener: &'a (dyn Fn(&Event<'_>) + Sync),
}
