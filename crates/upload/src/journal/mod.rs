//! The journal of deliveries: what was sent to whom and with which outcome, written durably before
//! and after each attempt. It owns the tables that start with `upload_`. The program never removes
//! or replaces the file, because without it everything would be sent again.

mod entry;
mod error;
mod former;
mod migration;
mod schema;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

pub use entry::{Entry, State};
pub use error::JournalError;

use crate::clock;
use crate::destination::{Scope, Shown, Target};
use schema::{DELIVERIES, EVENTS, SAME_SLOT, SCHEMA, SCHEMA_TABLE, has_tables, version};

const BUSY: Duration = Duration::from_secs(10);

const COLUMNS: &str = "service, host, id, slot, sha256, account, picture, state, sends, before, \
                       link, code, message, hint, not_before, refused_by, updated";

/// The journal of deliveries of one folder of results.
#[derive(Debug)]
pub struct Journal {
    database: Mutex<Connection>,
}

impl Journal {
    /// Opens the database at `path`; creates it and its tables if they are missing.
    ///
    /// # Errors
    /// [`JournalError`] if it cannot be used.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let mut database = Connection::open(path)?;
        database.busy_timeout(BUSY)?;
        database.pragma_update(None, "journal_mode", "WAL")?;
        // Look for damage first: what a damaged journal says must not decide what is sent.
        let verdict: String = database.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if verdict != "ok" {
            return Err(JournalError::Damaged);
        }
        database.pragma_update(None, "foreign_keys", true)?;
        // What a change removes is overwritten.
        database.pragma_update(None, "secure_delete", true)?;
        let change =
            database.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let found = has_tables(&change)?.then(|| version(&change)).transpose()?;
        match found.flatten() {
            Some(found) => migration::bring_up_to_date(&change, found)?,
            None => {
                change.execute_batch(&[SCHEMA_TABLE, DELIVERIES, EVENTS].concat())?;
                change.execute("INSERT INTO upload_schema VALUES (?1)", [SCHEMA])?;
            }
        }
        change.commit()?;
        if found.flatten().is_some_and(|found| found < SCHEMA) {
            migration::forget(&database);
        }
        Ok(Self {
            database: Mutex::new(database),
        })
    }

    /// Opens a database for reading only, by its SQLite address, such as
    /// `file:state.sqlite?mode=ro`; `None` if it has no deliveries.
    ///
    /// # Errors
    /// [`JournalError`] if it cannot be used.
    pub fn look(address: &str) -> Result<Option<Self>, JournalError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let database = Connection::open_with_flags(address, flags)?;
        database.busy_timeout(BUSY)?;
        if !has_tables(&database)? {
            return Ok(None);
        }
        match version(&database)? {
            None => Ok(None),
            Some(SCHEMA) => Ok(Some(Self {
                database: Mutex::new(database),
            })),
            Some(found) => Self::copy_of(&database, found).map(Some),
        }
    }

    /// A copy in memory of an older journal, which can be brought up to date without touching it.
    fn copy_of(older: &Connection, found: i64) -> Result<Self, JournalError> {
        let mut database = Connection::open_in_memory()?;
        let backup = rusqlite::backup::Backup::new(older, &mut database)?;
        backup.run_to_completion(1_000, Duration::ZERO, None)?;
        drop(backup);
        migration::bring_up_to_date(&database, found)?;
        Ok(Self {
            database: Mutex::new(database),
        })
    }

    fn database(&self) -> MutexGuard<'_, Connection> {
        self.database.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The delivery of these bytes to this target.
    ///
    /// # Errors
    /// [`JournalError`] if it cannot be read.
    pub fn find(&self, target: &Target, sha256: &str) -> Result<Option<Entry>, JournalError> {
        let query =
            format!("SELECT {COLUMNS} FROM upload_delivery WHERE {SAME_SLOT} AND sha256 = ?5");
        let Scope { service, host, id } = &target.scope;
        let key = params![service, host, id, target.slot, sha256];
        let found = self.database().query_row(&query, key, entry).optional()?;
        Ok(found)
    }

    /// Whether anything was ever applied at this target, or may have been.
    ///
    /// # Errors
    /// [`JournalError`] if it cannot be read.
    pub fn knows(&self, target: &Target) -> Result<bool, JournalError> {
        let query = format!(
            "SELECT 1 FROM upload_delivery WHERE {SAME_SLOT} \
             AND (sends > 0 OR state IN ('applied', 'replaced', 'sending', 'unknown'))"
        );
        let Scope { service, host, id } = &target.scope;
        let key = params![service, host, id, target.slot];
        let found = self.database().query_row(&query, key, |_| Ok(()));
        Ok(found.optional()?.is_some())
    }

    /// Every delivery, by target, and those of a target by the time of their last change.
    ///
    /// # Errors
    /// [`JournalError`] if they cannot be read.
    pub fn entries(&self) -> Result<Vec<Entry>, JournalError> {
        let query = format!(
            "SELECT {COLUMNS} FROM upload_delivery ORDER BY service, host, id, slot, updated"
        );
        let database = self.database();
        let mut statement = database.prepare(&query)?;
        let entries = statement.query_map([], entry)?.collect::<Result<_, _>>()?;
        Ok(entries)
    }

    /// Writes an entry and the time of the change. If it was applied, other entries of the same
    /// target that were applied, or may have been, become [`State::Replaced`]: the target cannot
    /// show them any more, and whether it ever did cannot be found out.
    ///
    /// # Errors
    /// [`JournalError`] if it cannot be written.
    pub fn write(&self, entry: &Entry) -> Result<(), JournalError> {
        let Entry { target, sha256, .. } = entry;
        let Scope { service, host, id } = &target.scope;
        let slot = &target.slot;
        let now = millis(clock::now());
        let mut database = self.database();
        // The commit must be on the disk before the attempt begins that it announces. A state
        // `planned` may be lost, because the next run plans the same again.
        let durable = match entry.state {
            State::Planned => "NORMAL",
            _ => "FULL",
        };
        database.pragma_update(None, "synchronous", durable)?;
        let change = database.transaction()?;
        if entry.state == State::Applied {
            change.execute(
                &format!(
                    "UPDATE upload_delivery SET state = 'replaced' WHERE {SAME_SLOT} \
                     AND sha256 <> ?5 AND state IN ('applied', 'sending', 'unknown')"
                ),
                params![service, host, id, slot, sha256],
            )?;
        }
        change.execute(
            &format!("INSERT OR REPLACE INTO upload_delivery ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"),
            params![
                service, host, id, slot, sha256, entry.account, entry.picture, entry.state.name(),
                entry.sends, entry.before.to_text(), entry.link, entry.code, entry.message,
                entry.hint, entry.not_before.map(millis), entry.refused_by, now
            ],
        )?;
        change.execute(
            "INSERT INTO upload_event (at, service, host, id, slot, sha256, state, code) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![now, service, host, id, slot, sha256, entry.state.name(), entry.code],
        )?;
        change.commit()?;
        Ok(())
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

fn time(millis: i64) -> Duration {
    Duration::from_millis(millis.try_into().unwrap_or(0))
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let state: String = row.get("state")?;
    let before: Option<String> = row.get("before")?;
    let not_before: Option<i64> = row.get("not_before")?;
    let scope = Scope {
        service: row.get("service")?,
        host: row.get("host")?,
        id: row.get("id")?,
    };
    let slot = row.get("slot")?;
    Ok(Entry {
        target: Target { scope, slot },
        sha256: row.get("sha256")?,
        account: row.get("account")?,
        picture: row.get("picture")?,
        state: State::of(&state),
        sends: row.get("sends")?,
        before: Shown::from_text(before.as_deref()),
        link: row.get("link")?,
        code: row.get("code")?,
        message: row.get("message")?,
        hint: row.get("hint")?,
        not_before: not_before.map(time),
        refused_by: row.get("refused_by")?,
        updated: time(row.get("updated")?),
    })
}
