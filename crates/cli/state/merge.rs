//! Takes over what shards remember, once none of them is at work.

use std::fs;
use std::io;
use std::path::Path;

use super::error::StateError;
use super::snapshot::{address, with_suffix};
use super::tables;

/// Rows that are newer than what is known replace it. Numbers of folders and recipes differ from
/// file to file, so they are looked up by what they stand for.
const TAKE_OVER: &str = "
BEGIN IMMEDIATE;
INSERT OR IGNORE INTO main.prepare_recipe (hash, recipe, max_bytes)
    SELECT hash, recipe, max_bytes FROM shard.prepare_recipe;
INSERT OR IGNORE INTO main.prepare_root (path) SELECT path FROM shard.prepare_root;
INSERT OR REPLACE INTO main.prepare_output
    SELECT output, at, bytes, written, theirs.hash, ours_root.id, source, source_bytes,
        source_written, source_hash, ours_recipe.id, format, width, height, orientation, edge,
        quality, subsampling, notes
    FROM shard.prepare_output AS theirs
    LEFT JOIN shard.prepare_root AS their_root ON theirs.root = their_root.id
    LEFT JOIN main.prepare_root AS ours_root ON ours_root.path = their_root.path
    LEFT JOIN shard.prepare_recipe AS their_recipe ON theirs.recipe = their_recipe.id
    LEFT JOIN main.prepare_recipe AS ours_recipe ON ours_recipe.hash = their_recipe.hash
    WHERE NOT EXISTS (SELECT 1 FROM main.prepare_output AS known
        WHERE known.output = theirs.output AND known.at > theirs.at);
COMMIT;";

/// Moves everything from the file at `shard` to the one at `whole`, and removes the former.
pub(super) fn take_over(whole: &Path, shard: &Path) -> Result<(), StateError> {
    // Brings it to this version, and its log into it.
    drop(tables::open(shard)?);
    let database = tables::open(whole)?;
    database.execute("ATTACH DATABASE ?1 AS shard", [address(shard)?])?;
    database.execute_batch(TAKE_OVER)?;
    database.execute_batch("DETACH DATABASE shard")?;
    fs::remove_file(shard)?;
    for suffix in ["-wal", "-shm"] {
        match fs::remove_file(with_suffix(shard, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}
