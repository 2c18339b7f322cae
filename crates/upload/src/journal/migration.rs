//! Brings a journal of an earlier version up to date. None of it is lost.

use rusqlite::{Connection, params};

use super::error::JournalError;
use super::schema::{SAME_SLOT, SCHEMA, from_1};
use crate::destination::{FILE_SERVER, Scope, Target, stored_access};

/// Brings the tables of an earlier version up to date.
pub(super) fn bring_up_to_date(database: &Connection, found: i64) -> Result<(), JournalError> {
    match found {
        SCHEMA => return Ok(()),
        1 => {
            database.execute_batch(&from_1())?;
            from_2(database)?;
        }
        2 => from_2(database)?,
        _ => return Err(JournalError::Version { found }),
    }
    database.execute("UPDATE upload_schema SET version = ?1", [SCHEMA])?;
    Ok(())
}

/// Version 2 had quick hashes of the queries of addresses and of credentials. The slow ones are made from them, so every
/// place and every refusal is known as before.
fn from_2(database: &Connection) -> rusqlite::Result<()> {
    for table in ["upload_delivery", "upload_event"] {
        let query = format!(
            "SELECT DISTINCT host, id, slot FROM {table} WHERE service = ?1 AND slot LIKE '%?%'"
        );
        let mut statement = database.prepare(&query)?;
        let places = statement.query_map([FILE_SERVER], |row| {
            let (service, host, id) = (FILE_SERVER.into(), row.get(0)?, row.get(1)?);
            let (scope, slot) = (Scope { service, host, id }, row.get(2)?);
            Ok(Target { scope, slot })
        })?;
        for place in places.collect::<Result<Vec<_>, _>>()? {
            let Scope { service, host, id } = &place.scope;
            let change = format!("UPDATE {table} SET slot = ?5 WHERE {SAME_SLOT}");
            let stored = place.clone().stored().slot;
            database.execute(&change, params![service, host, id, place.slot, stored])?;
        }
    }
    let query = "SELECT DISTINCT refused_by FROM upload_delivery WHERE refused_by IS NOT NULL";
    let mut statement = database.prepare(query)?;
    let refused = statement.query_map([], |row| row.get(0))?;
    for quick in refused.collect::<Result<Vec<String>, _>>()? {
        let change = "UPDATE upload_delivery SET refused_by = ?2 WHERE refused_by = ?1";
        database.execute(change, params![quick, stored_access(&quick)])?;
    }
    Ok(())
}

/// Removes what earlier versions left in the unused parts of the file and beside it.
pub(super) fn forget(database: &Connection) {
    // If the disk is full or another program reads the file, the journal is complete all the same.
    let _ = database.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");
}
