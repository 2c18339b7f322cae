//! The tables of the cache, and their migrations.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};

use super::error::StateError;

/// How long to wait for another process that writes.
pub(super) const BUSY: Duration = Duration::from_secs(10);

/// Step `n` leads from version `n` to version `n + 1`. Steps are never changed, only added.
const STEPS: [&str; 6] = [
    "
CREATE TABLE prepare_recipe (
    id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, recipe TEXT NOT NULL,
    max_bytes INTEGER NOT NULL
);
CREATE TABLE prepare_root (id INTEGER PRIMARY KEY, path NOT NULL UNIQUE);
CREATE TABLE prepare_output (
    output NOT NULL PRIMARY KEY, at INTEGER NOT NULL,
    bytes INTEGER NOT NULL, written INTEGER NOT NULL, hash BLOB NOT NULL,
    root INTEGER, source, source_bytes INTEGER, source_written INTEGER, source_hash BLOB,
    recipe INTEGER, format TEXT, width INTEGER, height INTEGER, orientation INTEGER,
    edge INTEGER, quality INTEGER, subsampling TEXT, notes TEXT
) WITHOUT ROWID;
",
    // `former` names the result that replaced this one; it is empty if that is not known. Rows of
    // earlier versions have times in whole seconds, and runs that made nothing left no trace, so if
    // a source has several results, the next run decides.
    "
ALTER TABLE prepare_output ADD COLUMN former;
ALTER TABLE prepare_output ADD COLUMN former_recipe INTEGER NOT NULL DEFAULT 0;
CREATE INDEX prepare_origin ON prepare_output (source, root);
UPDATE prepare_output SET former = '' WHERE EXISTS (SELECT 1 FROM prepare_output AS other
    WHERE other.source = prepare_output.source AND other.root = prepare_output.root
    AND other.output <> prepare_output.output);
CREATE TABLE prepare_failure (
    source TEXT NOT NULL PRIMARY KEY, code TEXT NOT NULL, bytes INTEGER, written INTEGER,
    since INTEGER NOT NULL
) WITHOUT ROWID;
",
    // What a later record, a contact sheet and the check before a delivery need to know.
    "
ALTER TABLE prepare_output ADD COLUMN background TEXT;
ALTER TABLE prepare_output ADD COLUMN framing TEXT;
ALTER TABLE prepare_output ADD COLUMN perceptual_hash TEXT;
",
    // The platform of a result, in runs with several; results of different platforms are kept beside
    // each other.
    "
ALTER TABLE prepare_output ADD COLUMN preset TEXT;
",
    // What a person needs to know of a failure, and what is needed to try it again.
    "
ALTER TABLE prepare_failure ADD COLUMN message TEXT;
ALTER TABLE prepare_failure ADD COLUMN hint TEXT;
ALTER TABLE prepare_failure ADD COLUMN output;
ALTER TABLE prepare_failure ADD COLUMN root;
ALTER TABLE prepare_failure ADD COLUMN relative;
ALTER TABLE prepare_failure ADD COLUMN recipe BLOB;
ALTER TABLE prepare_failure ADD COLUMN preset TEXT;
",
    // As what an input folder was given that was reached through a link. A link that leads elsewhere later is
    // still the same input.
    "
ALTER TABLE prepare_root ADD COLUMN given;
",
];

/// The version of the tables that this program writes.
const VERSION: i64 = STEPS.len() as i64;

/// Opens the database for writing; creates and migrates its tables as needed.
pub(super) fn open(path: &Path) -> Result<Connection, StateError> {
    let mut database = Connection::open(path)?;
    database.busy_timeout(BUSY)?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    // A commit that is lost in a power failure costs a little work; waiting for the disk at every
    // commit costs more.
    database.pragma_update(None, "synchronous", "NORMAL")?;
    check(&database)?;
    migrate(&mut database)?;
    Ok(database)
}

/// Moves the content of the write-ahead log into the database file.
pub(super) fn checkpoint(path: &Path) -> Result<(), StateError> {
    let database = Connection::open(path)?;
    database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

/// Opens for reading; none if there are no tables yet.
pub(super) fn open_to_read(
    path: &Path,
    flags: OpenFlags,
) -> Result<Option<Connection>, StateError> {
    let database = open_again(path, flags)?;
    check(&database)?;
    refuse_later(&database)?;
    let is_empty = version(&database)? == 0;
    Ok((!is_empty).then_some(database))
}

/// Refuses what a later version of this program wrote.
pub(super) fn refuse_later(database: &Connection) -> Result<(), StateError> {
    match version(database)? {
        found if found > VERSION => Err(StateError::Version {
            found,
            known: VERSION,
        }),
        _ => Ok(()),
    }
}

/// Another connection to a database that was already checked.
pub(super) fn open_again(path: &Path, flags: OpenFlags) -> Result<Connection, StateError> {
    let database = Connection::open_with_flags(path, flags)?;
    database.busy_timeout(BUSY)?;
    Ok(database)
}

/// Looks for damage before any row is used.
fn check(database: &Connection) -> Result<(), StateError> {
    let verdict: String = database.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" {
        return Ok(());
    }
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    Err(rusqlite::Error::SqliteFailure(code, Some(verdict)).into())
}

fn migrate(database: &mut Connection) -> Result<(), StateError> {
    let change = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    change.execute_batch("CREATE TABLE IF NOT EXISTS prepare_schema (version INTEGER NOT NULL)")?;
    let found = version(&change)?;
    let missing = usize::try_from(found).ok().and_then(|n| STEPS.get(n..));
    let Some(missing) = missing else {
        return Err(StateError::Version {
            found,
            known: VERSION,
        });
    };
    for step in missing {
        change.execute_batch(step)?;
    }
    if !missing.is_empty() {
        change.execute("DELETE FROM prepare_schema", [])?;
        change.execute("INSERT INTO prepare_schema VALUES (?1)", [VERSION])?;
    }
    change.commit()?;
    Ok(())
}

/// The version of the tables; zero if there are none.
pub(super) fn version(database: &Connection) -> rusqlite::Result<i64> {
    let there = "SELECT 1 FROM sqlite_master WHERE name = 'prepare_schema'";
    if database
        .query_row(there, [], |_| Ok(()))
        .optional()?
        .is_none()
    {
        return Ok(0);
    }
    let found = database.query_row("SELECT version FROM prepare_schema", [], |row| row.get(0));
    Ok(found.optional()?.unwrap_or(0))
}
