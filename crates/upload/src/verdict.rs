//! What a destination's answer means for what happens next, in the terms of every destination.

use std::time::Duration;

/// What is to be done after an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// The account shows the picture.
    Applied {
        /// An address at which a person can look at it, if the destination says.
        link: Option<String>,
    },
    /// Nothing arrived: again after a short pause, then defer.
    Retry {
        /// Most repetitions.
        most: u32,
    },
    /// Refused for now: again after the spacing of the destination.
    Wait {
        /// Most refusals of this cause in a row.
        most: u32,
        /// What then.
        then: Then,
    },
    /// The scope is not ready yet: ask for its state, for a few minutes, and send again.
    Await {
        /// Most further sends for this cause; then it is as [`Action::StopScope`].
        resends: u32,
    },
    /// Nobody knows whether it was applied: compare what the account shows.
    Verify {
        /// Most further sends if it does not show the picture.
        resends: u32,
        /// What then.
        then: Then,
    },
    /// This delivery fails; the next run tries again.
    Fail,
    /// This picture is refused for good: it is not sent again until it or the account's entry changes.
    Refuse,
    /// Later, in another run.
    Defer(Duration),
    /// Nothing more to this scope; the next run asks again.
    StopScope,
    /// Nothing more to this scope until the account's entry changes: its credential is refused.
    StopCredential,
    /// Nothing more to this scope before the time is over.
    StopScopeFor(Duration),
    /// Nothing more to anybody who is reached the same way: the address is wrong.
    StopEndpoint,
    /// Nothing more to anybody.
    StopRun,
}

/// What follows when repetitions are used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// As [`Action::Fail`].
    Fail,
    /// As [`Action::Refuse`].
    Refuse,
    /// As [`Action::Defer`].
    Defer(Duration),
}

/// The meaning of one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What to do.
    pub action: Action,
    /// Stable name of the cause.
    pub code: &'static str,
    /// One sentence; words of a server in it are redacted.
    pub text: String,
    /// What a person can try.
    pub hint: &'static str,
    /// No attempt may start sooner, counted from the answer.
    pub no_sooner: Option<Duration>,
}

impl Verdict {
    /// A verdict of a destination that asks for no particular pause.
    #[must_use]
    pub fn new(
        action: Action,
        code: &'static str,
        text: impl Into<String>,
        hint: &'static str,
    ) -> Self {
        Self {
            action,
            code,
            text: text.into(),
            hint,
            no_sooner: None,
        }
    }

    /// Applied, and where a person can look at it.
    #[must_use]
    pub fn applied(link: Option<String>) -> Self {
        Self::new(Action::Applied { link }, "applied", "applied", "")
    }

    /// Whether it says that the picture is shown.
    #[must_use]
    pub fn is_applied(&self) -> bool {
        matches!(self.action, Action::Applied { .. })
    }

    /// Whether the picture may be shown now, for all that is known.
    pub(crate) fn may_be_applied(&self) -> bool {
        matches!(self.action, Action::Applied { .. } | Action::Verify { .. })
    }
}
