//! Merges other files into the cache: those of finished shards, and the rows that earlier versions
//! kept in the file of the journal.

use std::fs;
use std::io;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::error::StateError;
use super::row::LATER;
use super::snapshot::{address, with_suffix};
use super::{rebuild, tables};

/// Newer rows replace older ones. Ids of folders and recipes differ between files, so they are looked
/// up by their content.
const COPY: &str = "
BEGIN IMMEDIATE;
INSERT OR IGNORE INTO main.prepare_recipe (hash, recipe, max_bytes)
    SELECT hash, recipe, max_bytes FROM other.prepare_recipe;
INSERT OR IGNORE INTO main.prepare_root (path) SELECT path FROM other.prepare_root;
INSERT OR REPLACE INTO main.prepare_output
    SELECT output, at, bytes, written, theirs.hash, ours_root.id, source, source_bytes,
        source_written, source_hash, ours_recipe.id, format, width, height, orientation, edge,
        quality, subsampling, notes, {LATER}
    FROM other.prepare_output AS theirs
    LEFT JOIN other.prepare_root AS their_root ON theirs.root = their_root.id
    LEFT JOIN main.prepare_root AS ours_root ON ours_root.path = their_root.path
    LEFT JOIN other.prepare_recipe AS their_recipe ON theirs.recipe = their_recipe.id
    LEFT JOIN main.prepare_recipe AS ours_recipe ON ours_recipe.hash = their_recipe.hash
    WHERE NOT EXISTS (SELECT 1 FROM main.prepare_output AS known
        WHERE known.output = theirs.output AND known.at > theirs.at);
{REPLACED}
COMMIT;";

/// Merges the failures of a shard.
const FAILURES: &str = "
INSERT OR REPLACE INTO main.prepare_failure SELECT * FROM other.prepare_failure;";

/// Merges as what a shard was given its inputs.
const GIVEN: &str = "
UPDATE main.prepare_root AS ours SET given = theirs.given FROM other.prepare_root AS theirs
    WHERE ours.path = theirs.path AND theirs.given IS NOT NULL;";

/// Marks the results that those of a shard replaced, as each write to one file does.
const REPLACED: &str = "
UPDATE main.prepare_output AS ours
    SET former = new.output, former_recipe = max(ours.former_recipe, ours.recipe IS new.recipe)
    FROM (SELECT theirs.output, theirs.at, theirs.source, theirs.preset,
            ours_root.id AS root, ours_recipe.id AS recipe
        FROM other.prepare_output AS theirs
        JOIN other.prepare_root AS their_root ON theirs.root = their_root.id
        JOIN main.prepare_root AS ours_root ON ours_root.path = their_root.path
        LEFT JOIN other.prepare_recipe AS their_recipe ON theirs.recipe = their_recipe.id
        LEFT JOIN main.prepare_recipe AS ours_recipe ON ours_recipe.hash = their_recipe.hash
        WHERE theirs.former IS NULL) AS new
    WHERE ours.source = new.source AND ours.root = new.root AND ours.output <> new.output
        AND ours.at <= new.at
        AND (new.preset IS NULL OR ours.preset IS NULL OR new.preset IS ours.preset)
        AND NOT EXISTS (SELECT 1 FROM other.prepare_output AS it WHERE it.output = ours.output);";

/// Earlier versions did not remember what replaced a result: see the second step of the tables.
const UNSURE: &str = "
UPDATE main.prepare_output SET former = '' WHERE EXISTS (SELECT 1 FROM main.prepare_output AS it
    WHERE it.source = prepare_output.source AND it.root = prepare_output.root
    AND it.output <> prepare_output.output);";

/// Drops the results from the journal's file. The journal's own tables have other names.
const DROP: &str = "
BEGIN IMMEDIATE;
DROP TABLE IF EXISTS prepare_failure;
DROP TABLE prepare_output;
DROP TABLE prepare_root;
DROP TABLE prepare_recipe;
DROP TABLE prepare_schema;
COMMIT;";

/// Moves all rows of a shard's cache to the one at `cache`, and deletes the former.
pub(super) fn merge(cache: &Path, shard: &Path) -> Result<(), StateError> {
    // Migrates it to this version and checkpoints its log.
    drop(tables::open(shard)?);
    let rest = format!("{REPLACED}{FAILURES}{GIVEN}");
    copy(&tables::open(cache)?, shard, LATER, &rest)?;
    fs::remove_file(shard)?;
    for suffix in ["-wal", "-shm"] {
        match fs::remove_file(with_suffix(shard, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Creates the cache from the rows that an earlier version kept in the journal's file. No row of the
/// journal is written and its file stays in place, so no version loses sight of a delivery, even if
/// the process is killed here.
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
    copy(
        &tables::open(&new)?,
        journal,
        "NULL, 0, NULL, NULL, NULL, NULL",
        UNSURE,
    )?;
    rebuild::put_in_place(&new, cache)?;
    // A failure does no harm: leftover tables take room and are never read again.
    let _ = former.execute_batch(DROP);
    Ok(())
}

fn copy(
    database: &Connection,
    other: &Path,
    later: &str,
    replaced: &str,
) -> Result<(), StateError> {
    database.execute("ATTACH DATABASE ?1 AS other", [address(other)?])?;
    let copy = COPY.replace("{LATER}", later);
    database.execute_batch(&copy.replace("{REPLACED}", replaced))?;
    database.execute_batch("DETACH DATABASE other")?;
    Ok(())
}
