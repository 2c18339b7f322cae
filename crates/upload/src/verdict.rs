//! Verdicts: what an answer of a service means for what happens next, in terms that all
//! destinations share.

use std::time::Duration;

/// The code of a delivery that waits for another process, and what a person can do.
pub(crate) const IN_USE: (&str, &str) = (
    "in_use",
    "end that process, perhaps it is suspended; run the same command again",
);

/// What to do after an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// The account shows the picture.
    Applied {
        /// An address at which a person can look at it, if the destination says.
        link: Option<String>,
    },
    /// Nothing arrived at the service: try again after a short pause, and defer when attempts are
    /// used up.
    Retry {
        /// Largest number of further attempts.
        most: u32,
    },
    /// Refused for now: send again after the destination's pause between sends.
    Wait {
        /// Number of refusals for this cause after which `then` follows.
        most: u32,
        /// What follows after that.
        then: Then,
    },
    /// The scope is not ready yet: ask for its state, for a few minutes, and send again.
    Await {
        /// Largest number of further sends for this cause; after that as [`Action::Fail`].
        resends: u32,
    },
    /// It is not known whether it was applied: compare the picture with what the account shows.
    Verify {
        /// Largest number of further sends if the account does not show the picture.
        resends: u32,
        /// What follows after that.
        then: Then,
    },
    /// This delivery fails; the next run tries again.
    Fail,
    /// This picture is refused for good: it is not sent again until it or the account's entry changes.
    Refuse,
    /// Send nothing more to this target before this time is over; other targets of the scope go on.
    Defer(Duration),
    /// Send nothing more to this scope in this run; the next run asks again.
    StopScope,
    /// The credential is refused: send nothing more to this scope with it, and this delivery not
    /// until the account's entry changes.
    StopCredential,
    /// Send nothing more to this scope before this time is over.
    StopScopeFor(Duration),
    /// The address is wrong: send nothing more to any account that is reached at the same address.
    StopEndpoint,
    /// End the run.
    StopRun,
}

/// What follows when all attempts are used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// As [`Action::Fail`].
    Fail,
    /// As [`Action::Refuse`].
    Refuse,
    /// As [`Action::Defer`].
    Defer(Duration),
    /// As [`Action::StopScopeFor`].
    DeferScope(Duration),
}

/// What one answer of a service means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What to do.
    pub action: Action,
    /// Stable code of the cause, as it is documented.
    pub code: &'static str,
    /// One sentence; credentials in it are masked.
    pub text: String,
    /// What a person can try.
    pub hint: &'static str,
    /// No further attempt may start before this time has passed since the answer.
    pub no_sooner: Option<Duration>,
}

impl Verdict {
    /// A verdict without a particular pause.
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

    /// The picture is applied; `link` is an address at which a person can see it.
    #[must_use]
    pub fn applied(link: Option<String>) -> Self {
        Self::new(Action::Applied { link }, "applied", "applied", "")
    }

    /// Whether the picture is applied.
    #[must_use]
    pub fn is_applied(&self) -> bool {
        matches!(self.action, Action::Applied { .. })
    }

    /// Whether the account may show the picture now, as far as is known.
    pub(crate) fn may_be_applied(&self) -> bool {
        matches!(self.action, Action::Applied { .. } | Action::Verify { .. })
    }
}
