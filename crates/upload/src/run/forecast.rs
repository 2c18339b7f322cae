//! What a run does with a delivery first, from what is known of it and without asking anybody. A
//! run begins with it, and who only plans one shows it.

use std::time::Duration;

use crate::clock;
use crate::destination::{Access, Target};
use crate::journal::{Entry, Journal, JournalError, State};
use crate::pace::{Pacer, Sent};

/// What a run does with a delivery first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forecast {
    /// It asks whether the account is ready, and sends.
    Send,
    /// It finds out what came of an earlier attempt, and sends if that was not applied.
    Verify,
    /// Nothing: the account shows it.
    UpToDate,
    /// Nothing: it was refused, and neither picture nor access has changed since.
    Refused {
        /// Stable name of the cause.
        code: String,
    },
    /// Nothing now.
    Deferred {
        /// Not before that time since 1970.
        until: Duration,
        /// Stable name of the cause.
        code: String,
    },
}

/// Code of what waits because another delivery was told to leave the account alone.
pub(crate) const RESTS: &str = "deferred";

/// What is known before a run.
#[derive(Debug)]
pub struct Known<'a> {
    /// Deliveries so far; none if there never was one.
    pub journal: Option<&'a Journal>,
    /// When accounts may be called.
    pub pacer: &'a Pacer,
    /// Whether to send again what was applied, refused or deferred, or may have been applied.
    pub resend: bool,
}

impl Known<'_> {
    /// What a run that began now would do first with these bytes, named by their SHA-256, for
    /// this target; with none, for bytes that nobody has seen yet.
    ///
    /// # Errors
    /// [`JournalError`] if the journal cannot be read.
    pub fn forecast(
        &self,
        target: &Target,
        access: &Access,
        sha256: Option<&str>,
    ) -> Result<Forecast, JournalError> {
        let entry = match (self.journal, sha256) {
            (Some(journal), Some(sha256)) => journal.find(target, sha256)?,
            _ => None,
        };
        let (times, sent) = (self.pacer.times(&target.scope), self.pacer.sent(target));
        let now = clock::now();
        let shows = !self.resend && sha256.is_some_and(|sha256| sent.shows(sha256));
        let first = match entry {
            Some(entry) => forecast(&entry, access, &sent, self.resend, now),
            None if shows => Forecast::UpToDate,
            None => Forecast::Send,
        };
        let rests = times.deferred > now && !self.resend;
        Ok(match first {
            Forecast::Send | Forecast::Verify if rests => Forecast::Deferred {
                until: times.deferred,
                code: RESTS.into(),
            },
            first => first,
        })
    }
}

/// The same for one that the journal has; that the account rests is found when it is its turn.
pub(crate) fn forecast(
    entry: &Entry,
    access: &Access,
    sent: &Sent,
    resend: bool,
    now: Duration,
) -> Forecast {
    // Another folder of results, or an earlier picture of this one, may have come in between.
    let replaced = sent.last_was_another(&entry.sha256);
    let until = entry.not_before.unwrap_or_default();
    // A clock that was set back since says nothing; the account's own times are adjusted to it.
    let is_plausible = entry.updated <= now;
    let refused_by = entry.refused_by.as_deref();
    match entry.state {
        _ if resend => Forecast::Send,
        // Sent from another folder of results; a doubt about it here is void too.
        _ if sent.shows(&entry.sha256) => Forecast::UpToDate,
        State::Applied if !replaced => Forecast::UpToDate,
        State::Rejected if refused_by == Some(&access.fingerprint) => Forecast::Refused {
            code: entry.code.clone(),
        },
        State::Deferred if until > now && is_plausible => Forecast::Deferred {
            until,
            code: entry.code.clone(),
        },
        State::Sending | State::Unknown if !replaced => Forecast::Verify,
        _ => Forecast::Send,
    }
}
