//! Copies rows of other files into the cache: those of shards that have ended, and those that
//! earlier versions kept beside the journal of deliveries.

use std::fs;
use std::io;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::error::StateError;
use super::snapshot::{address, with_suffix};
use super::{rebuild, tables};

/// Rows that are newer than what is known replace it. Numbers of folders and recipes differ from
/// file to file, so they are looked up by what they stand for.
const COPY: &str = "
BEGIN IMMEDIATE;
INSERT OR IGNORE INTO main.prepare_recipe (hash, recipe, max_bytes)
    SELECT hash, recipe, max_bytes FROM other.prepare_recipe;
INSERT OR IGNORE INTO main.prepare_root (path) SELECT path FROM other.prepare_root;
INSERT OR REPLACE INTO main.prepare_output
    SELECT output, at, bytes, written, theirs.hash, ours_root.id, source, source_bytes,
        source_written, source_hash, ours_recipe.id, format, width, height, orientation, edge,
        quality, subsampling, notes
    FROM other.prepare_output AS theirs
    LEFT JOIN other.prepare_root AS their_root ON theirs.root = their_root.id
    LEFT JOIN main.prepare_root AS ours_root ON ours_root.path = their_root.path
    LEFT JOIN other.prepare_recipe AS their_recipe ON theirs.recipe = their_recipe.id
    LEFT JOIN main.prepare_recipe AS ours_recipe ON ours_recipe.hash = their_recipe.hash
    WHERE NOT EXISTS (SELECT 1 FROM main.prepare_output AS known
        WHERE known.output = theirs.output AND known.at > theirs.at);
COMMIT;";

/// What is dropped of the journal's file once the cache has it. The journal's own tables have other
/// names.
const DROP: &str = "
BEGIN IMMEDIATE;
DROP TABLE prepare_output;
DROP TABLE prepare_root;
DROP TABLE prepare_recipe;
DROP TABLE prepare_schema;
COMMIT;";

/// Moves everything from the cache of a shard to the one at `cache`, and removes the former.
pub(super) fn merge(cache: &Path, shard: &Path) -> Result<(), StateError> {
    // Brings it to this version, and its log into it.
    drop(tables::open(shard)?);
    copy(&tables::open(cache)?, shard)?;
    fs::remove_file(shard)?;
    for suffix in ["-wal", "-shm"] {
        match fs::remove_file(with_suffix(shard, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Makes the cache of what an earlier version kept in the file of the journal. No row of the
/// journal is written, and its file stays where it is: so no version loses sight of a delivery,
/// whenever this ends.
pub(super) fn split(journal: &Path, cache: &Path) -> Result<(), StateError> {
    if cache.exists() || !journal.exists() {
        return Ok(());
    }
    let former = Connection::open(journal)?;
    former.busy_timeout(tables::BUSY)?;
    let there = "SELECT 1 FROM sqlite_master WHERE name = 'prepare_output'";
    if former
        .query_row(there, [], |_| Ok(()))
        .optional()?
        .is_none()
    {
        return Ok(());
    }
    tables::refuse_later(&former)?;
    let new = rebuild::prepare_new(cache)?;
    copy(&tables::open(&new)?, journal)?;
    rebuild::put_in_place(&new, cache)?;
    // What stays there costs room and is not read again, so a failure is of no account.
    let _ = former.execute_batch(DROP);
    Ok(())
}

fn copy(database: &Connection, other: &Path) -> Result<(), StateError> {
    database.execute("ATTACH DATABASE ?1 AS other", [address(other)?])?;
    database.execute_batch(COPY)?;
    database.execute_batch("DETACH DATABASE other")?;
    Ok(())
}
