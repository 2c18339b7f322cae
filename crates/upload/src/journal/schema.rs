//! The tables of the journal and their versions.

use rusqlite::{Connection, OptionalExtension};

/// Version of the tables; a journal of an older version is brought up to this one.
pub(super) const SCHEMA: i64 = 3;

/// Finds the rows of a place.
pub(super) const SAME_SLOT: &str = "service = ?1 AND host = ?2 AND id = ?3 AND slot = ?4";

pub(super) const SCHEMA_TABLE: &str = "CREATE TABLE upload_schema (version INTEGER NOT NULL);";

pub(super) const DELIVERIES: &str = "
CREATE TABLE upload_delivery (
    service TEXT NOT NULL, host TEXT NOT NULL, id TEXT NOT NULL, slot TEXT NOT NULL,
    sha256 TEXT NOT NULL, account TEXT NOT NULL, picture TEXT NOT NULL, state TEXT NOT NULL,
    sends INTEGER NOT NULL, before TEXT, link TEXT, code TEXT NOT NULL, message TEXT NOT NULL,
    hint TEXT NOT NULL, not_before INTEGER, refused_by TEXT, updated INTEGER NOT NULL,
    PRIMARY KEY (service, host, id, slot, sha256)
);";

pub(super) const EVENTS: &str = "
CREATE TABLE upload_event (
    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, service TEXT NOT NULL, host TEXT NOT NULL,
    id TEXT NOT NULL, slot TEXT NOT NULL, sha256 TEXT NOT NULL, state TEXT NOT NULL,
    code TEXT NOT NULL
);";

/// Statements that bring tables of version 1 to version 2: it had no slots, and stored what an account showed as an
/// address only.
pub(super) fn from_1() -> String {
    format!(
        "ALTER TABLE upload_delivery RENAME TO upload_delivery_1;
         ALTER TABLE upload_event ADD COLUMN slot TEXT NOT NULL DEFAULT '';
         {DELIVERIES}
         INSERT INTO upload_delivery SELECT service, host, id, '', sha256, account, picture,
             state, sends, NULL, shown, code, message, hint, not_before, NULL, updated
             FROM upload_delivery_1;
         DROP TABLE upload_delivery_1;"
    )
}

pub(super) fn has_tables(database: &Connection) -> rusqlite::Result<bool> {
    let query = "SELECT 1 FROM sqlite_master WHERE name = 'upload_schema'";
    let found = database.query_row(query, [], |_| Ok(())).optional()?;
    Ok(found.is_some())
}

/// The version of the tables; `None` if there are none yet.
pub(super) fn version(database: &Connection) -> rusqlite::Result<Option<i64>> {
    let query = "SELECT version FROM upload_schema";
    database.query_row(query, [], |row| row.get(0)).optional()
}
