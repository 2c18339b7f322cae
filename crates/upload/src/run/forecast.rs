//! What a run does first with a delivery, decided from the journal and the pacer without asking the
//! service. A run begins with this decision, and a dry run prints it.

use std::time::Duration;

use crate::clock;
use crate::destination::{Access, Destination, Target};
use crate::journal::{Entry, Journal, JournalError, State};
use crate::pace::{Pacer, Sent};

/// What a run does with a delivery first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forecast {
    /// It asks whether the account is ready, and sends.
    Send,
    /// It finds out the outcome of an earlier attempt, and sends if that was not applied.
    Verify,
    /// Nothing: the account shows it.
    UpToDate,
    /// Nothing: it was refused, and neither the picture nor the access has changed since.
    Refused {
        /// Stable code of the cause.
        code: String,
    },
    /// Nothing now: the account is left alone for a time.
    Deferred {
        /// Not before this time, as the time since 1970.
        until: Duration,
        /// Stable code of the cause.
        code: String,
    },
}

/// Code of a delivery that waits because an earlier delivery to the same account was deferred.
pub(crate) const DEFERRED: &str = "deferred";

/// What is known before a run begins.
#[derive(Debug)]
pub struct Known<'a> {
    /// Deliveries so far; `None` if there never were any.
    pub journal: Option<&'a Journal>,
    /// When accounts may be called.
    pub pacer: &'a Pacer,
    /// Whether to send again what was applied, refused or deferred, or may have been applied.
    pub resend: bool,
}

impl Known<'_> {
    /// What a run that began now would do first with the bytes of this SHA-256 for this target;
    /// `None` stands for bytes that are not made yet.
    ///
    /// # Errors
    /// [`JournalError`] if the journal cannot be read.
    pub fn forecast(
        &self,
        target: &Target,
        access: &Access,
        sha256: Option<&str>,
    ) -> Result<Forecast, JournalError> {
        self.forecast_of((target, target), access, sha256)
    }

    /// The same for an account of this name, which an earlier version may have known by another name of its target.
    ///
    /// # Errors
    /// [`JournalError`] if the journal cannot be read.
    pub fn forecast_for(
        &self,
        destination: &dyn Destination,
        account: &str,
        sha256: Option<&str>,
    ) -> Result<Forecast, JournalError> {
        let target = destination.target();
        let old = match self.journal {
            Some(journal) => journal.former_name(&target, destination, account)?,
            None => None,
        };
        let recorded = old.map_or_else(|| target.clone(), |old| old.target);
        let former = destination.own_former_targets();
        let paced = self.pacer.kept_as(&target, &former);
        self.forecast_of((paced, &recorded), &destination.access(), sha256)
    }

    /// `paced` and `recorded` are the names under which the times of sends and the journal know the target.
    fn forecast_of(
        &self,
        (paced, recorded): (&Target, &Target),
        access: &Access,
        sha256: Option<&str>,
    ) -> Result<Forecast, JournalError> {
        let entry = match (self.journal, sha256) {
            (Some(journal), Some(sha256)) => journal.find(recorded, sha256)?,
            _ => None,
        };
        let (times, sent) = (self.pacer.times(paced), self.pacer.sent(paced));
        let now = clock::now();
        let is_wanted = |is: fn(&Sent, &str) -> bool| sha256.is_some_and(|it| is(&sent, it));
        let first = match entry {
            Some(entry) => forecast(&entry, access, &sent, self.resend, now),
            None if self.resend => Forecast::Send,
            None if is_wanted(Sent::shows) => Forecast::UpToDate,
            None if is_wanted(Sent::may_show) => Forecast::Verify,
            None => Forecast::Send,
        };
        let is_deferred = times.deferred > now && !self.resend;
        Ok(match first {
            Forecast::Send | Forecast::Verify if is_deferred => Forecast::Deferred {
                until: times.deferred,
                code: DEFERRED.into(),
            },
            first => first,
        })
    }
}

/// The same for a delivery that the journal has. Whether the account is to be left alone is checked
/// later, when it is its turn.
pub(crate) fn forecast(
    entry: &Entry,
    access: &Access,
    sent: &Sent,
    resend: bool,
    now: Duration,
) -> Forecast {
    // A run of another folder of results, or another picture of this one, may have sent in between.
    let replaced = sent.last_was_another(&entry.sha256);
    let until = entry.not_before.unwrap_or_default();
    // If the clock was set back since the entry was written, its times mean nothing; those that the
    // pacer keeps for the account are adjusted.
    let is_plausible = entry.updated <= now;
    let refused_by = entry.refused_by.as_deref();
    match entry.state {
        _ if resend => Forecast::Send,
        // It was applied from another folder of results, which also settles an unknown outcome
        // here.
        _ if sent.shows(&entry.sha256) => Forecast::UpToDate,
        State::Applied if !replaced => Forecast::UpToDate,
        // The hash takes long, so it is made only if there is one to compare it with.
        State::Rejected if refused_by.is_some_and(|it| it == access.stored()) => {
            Forecast::Refused {
                code: entry.code.clone(),
            }
        }
        State::Deferred if until > now && is_plausible => Forecast::Deferred {
            until,
            code: entry.code.clone(),
        },
        State::Sending | State::Unknown if !replaced => Forecast::Verify,
        // A run of another folder of results, or one whose journal is lost, ended while it sent this picture.
        State::Planned if sent.may_show(&entry.sha256) => Forecast::Verify,
        _ => Forecast::Send,
    }
}
