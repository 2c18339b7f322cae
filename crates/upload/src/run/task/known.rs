//! What is known of a delivery when it begins, also under former names of its target.

use crate::destination::Target;
use crate::journal::{Entry, JournalError};
use crate::run::values::{Delivery, Run};

/// The entry of the delivery, and whether anything was ever applied at the target, or may have been. What is known
/// under former names is taken over before.
pub(super) fn known(
    run: &Run<'_>,
    delivery: &Delivery,
    target: &Target,
) -> Result<(Option<Entry>, bool), String> {
    let destination = &*delivery.destination;
    let former = destination.own_former_targets();
    let adopted = run.pacer.adopt(target, &former);
    adopted.map_err(|error| format!("the times of the account could not be read: {error}"))?;
    let known = || {
        let journal = run.journal;
        journal.adopt(target, destination, &delivery.account)?;
        let entry = journal.find(target, delivery.contents.sha256())?;
        Ok((entry, journal.knows(target)?))
    };
    known().map_err(|error: JournalError| error.line())
}
