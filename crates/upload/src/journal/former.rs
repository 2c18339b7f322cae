//! Former names of places: what the journal has under them is taken over.

use rusqlite::{OptionalExtension, params};

use super::schema::SAME_SLOT;
use super::{Journal, JournalError};
use crate::destination::{Destination, Scope, Target};

impl Journal {
    /// Takes over what an earlier version wrote of this account under a former name of the target.
    ///
    /// # Errors
    /// [`JournalError`] if it cannot be read or written.
    pub(crate) fn adopt(
        &self,
        target: &Target,
        destination: &dyn Destination,
        account: &str,
    ) -> Result<(), JournalError> {
        let Some(old) = self.former_name(target, destination, account)? else {
            return Ok(());
        };
        let Scope { service, host, id } = &old.target.scope;
        let database = self.database();
        database.pragma_update(None, "synchronous", "FULL")?;
        database.execute(
            &format!(
                "UPDATE upload_delivery SET service = ?6, host = ?7, slot = ?8 \
                 WHERE {SAME_SLOT} AND account = coalesce(?5, account)"
            ),
            params![
                service,
                host,
                id,
                old.target.slot,
                old.account,
                target.scope.service,
                target.scope.host,
                target.slot
            ],
        )?;
        Ok(())
    }

    /// The first of the former names of a target that has entries; `None` if the target has entries of its own. A
    /// former name that can be that of several places counts only for the account that had it.
    pub(crate) fn former_name<'a>(
        &self,
        target: &Target,
        destination: &dyn Destination,
        account: &'a str,
    ) -> Result<Option<Former<'a>>, JournalError> {
        let (own, all) = (
            destination.own_former_targets(),
            destination.former_targets(),
        );
        if own.is_empty() && all.is_empty() || self.has(target, None)? {
            return Ok(None);
        }
        let own = own.into_iter().map(|target| (target, None));
        let all = all.into_iter().map(|target| (target, Some(account)));
        for (target, account) in own.chain(all) {
            if self.has(&target, account)? {
                return Ok(Some(Former { target, account }));
            }
        }
        Ok(None)
    }

    /// Whether a target has any entry, or any of this account.
    fn has(&self, target: &Target, account: Option<&str>) -> Result<bool, JournalError> {
        let query = format!(
            "SELECT 1 FROM upload_delivery WHERE {SAME_SLOT} AND account = coalesce(?5, account)"
        );
        let Scope { service, host, id } = &target.scope;
        let key = params![service, host, id, target.slot, account];
        let found = self.database().query_row(&query, key, |_| Ok(()));
        Ok(found.optional()?.is_some())
    }
}

/// A former name of a target that has entries.
pub(crate) struct Former<'a> {
    pub(crate) target: Target,
    /// The account whose entries belong to the target; `None` if all do.
    account: Option<&'a str>,
}
