//! Writes cache rows.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, params};

use super::column::PathColumn;
use super::error::StateError;
use super::row::{Known, Origin};
use super::tables;
use crate::files::fingerprint::Hash;

const INSERT: &str = "INSERT OR REPLACE INTO prepare_output (output, bytes, written, hash, at, \
    root, source, source_bytes, source_written, source_hash, recipe, format, width, height, \
    orientation, edge, quality, subsampling, notes, background, framing, perceptual_hash, preset) VALUES \
    (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)";

/// Marks the other results of a source as replaced by this one. Made with the same settings, they are
/// leftovers of a former name; this is not forgotten when a later run has other settings. Results for
/// different platforms are kept beside each other and replace none.
const REPLACE: &str = "UPDATE prepare_output SET former = ?1, \
    former_recipe = max(former_recipe, recipe IS ?4) \
    WHERE source = ?2 AND root = ?3 AND output <> ?1 AND (former IS NOT ?1 OR recipe IS ?4) \
    AND (?5 IS NULL OR preset IS NULL OR preset IS ?5)";

/// The one writer of a cache.
pub struct Writer {
    database: Connection,
    recipes: HashMap<Hash, i64>,
    roots: HashMap<PathBuf, i64>,
}

impl Writer {
    pub(super) fn open(path: &Path) -> Result<Self, StateError> {
        Ok(Self {
            database: tables::open(path)?,
            recipes: HashMap::new(),
            roots: HashMap::new(),
        })
    }

    /// Writes the settings that later rows refer to.
    pub fn announce(&mut self, recipe: Hash, text: &str, max_bytes: u64) -> Result<(), StateError> {
        let insert = "INSERT OR IGNORE INTO prepare_recipe (hash, recipe, max_bytes) \
                      VALUES (?1, ?2, ?3)";
        self.database
            .execute(insert, params![recipe, text, integer(max_bytes)])?;
        let id = "SELECT id FROM prepare_recipe WHERE hash = ?1";
        let id = self.database.query_row(id, [recipe], |row| row.get(0))?;
        self.recipes.insert(recipe, id);
        Ok(())
    }

    /// Writes the rows of published results, all or none. The database is free for others before and
    /// after.
    pub fn keep(&mut self, all: &[Known]) -> Result<(), StateError> {
        self.database.execute_batch("BEGIN IMMEDIATE")?;
        let kept = all.iter().try_for_each(|known| self.insert(known));
        let kept = kept.and_then(|()| Ok(self.database.execute_batch("COMMIT")?));
        if kept.is_err() {
            // Ids from the transaction that failed are invalid.
            self.roots.clear();
            if !self.database.is_autocommit() {
                self.database.execute_batch("ROLLBACK")?;
            }
        }
        kept
    }

    fn insert(&mut self, known: &Known) -> Result<(), StateError> {
        let origin = known.origin.as_ref();
        let root = origin.map(|origin| self.root(&origin.root)).transpose()?;
        let recipe = origin.and_then(|origin| self.recipes.get(&origin.recipe));
        let details = &known.details;
        let mut statement = self.database.prepare_cached(INSERT)?;
        statement.execute(params![
            PathColumn(known.output.as_path()),
            integer(known.stamp.bytes),
            known.stamp.written.unwrap_or_default(),
            known.hash,
            known.at,
            root,
            origin.map(|origin| PathColumn(origin.source.as_path())),
            origin.map(|origin| integer(origin.stamp.bytes)),
            origin.and_then(|origin| origin.stamp.written),
            origin.map(|origin: &Origin| origin.hash),
            recipe,
            details.format,
            details.width,
            details.height,
            details.orientation,
            details.edge,
            details.quality,
            details.subsampling,
            (!details.notes.is_empty()).then(|| details.notes.join("\n")),
            details.background,
            details.framing,
            details.perceptual_hash,
            known.preset,
        ])?;
        if let Some(origin) = origin {
            let mut statement = self.database.prepare_cached(REPLACE)?;
            let source = PathColumn(origin.source.as_path());
            statement.execute(params![
                PathColumn(known.output.as_path()),
                source,
                root,
                recipe,
                known.preset,
            ])?;
        }
        Ok(())
    }

    /// Writes as what input folders were given that were reached through links.
    pub fn name_roots<'a>(
        &mut self,
        all: impl Iterator<Item = (&'a Path, &'a Path)>,
    ) -> Result<(), StateError> {
        let insert = "INSERT INTO prepare_root (path, given) VALUES (?1, ?2) \
            ON CONFLICT (path) DO UPDATE SET given = excluded.given WHERE given IS NOT excluded.given";
        for (root, given) in all {
            let names = [PathColumn(root), PathColumn(given)];
            self.database.execute(insert, names)?;
        }
        Ok(())
    }

    pub(super) fn transaction(&mut self) -> Result<Transaction<'_>, StateError> {
        Ok(self.database.transaction()?)
    }

    /// Deletes the row of a result.
    pub fn forget(&mut self, output: &Path) -> Result<(), StateError> {
        let delete = "DELETE FROM prepare_output WHERE output = ?1";
        self.database.execute(delete, [PathColumn(output)])?;
        Ok(())
    }

    fn root(&mut self, path: &Path) -> Result<i64, StateError> {
        if let Some(id) = self.roots.get(path) {
            return Ok(*id);
        }
        let insert = "INSERT OR IGNORE INTO prepare_root (path) VALUES (?1)";
        self.database.execute(insert, [PathColumn(path)])?;
        let id = "SELECT id FROM prepare_root WHERE path = ?1";
        let id = self
            .database
            .query_row(id, [PathColumn(path)], |row| row.get(0))?;
        self.roots.insert(path.to_path_buf(), id);
        Ok(id)
    }
}

/// SQLite's integers are signed.
fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
