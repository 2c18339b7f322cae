//! Remembers which sources fail, since when and why, so that a run can tell new failures from old ones
//! and a person can try them again.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Row, params};

use super::column::PathColumn;
use super::error::StateError;
use super::reader::Reader;
use super::tables;
use super::writer::Writer;
use crate::files::fingerprint::{Hash, Stamp};

/// Separates a path from the platform, in runs with several. No file system writes it in names by
/// accident.
const SEPARATOR: char = '\u{1f}';

/// A source that fails.
#[derive(Debug, Clone, PartialEq)]
pub struct Failing {
    /// The absolute path as it is printed; in runs for several platforms, with the platform.
    pub source: String,
    pub code: String,
    /// `None` for a source that is gone.
    pub stamp: Option<Stamp>,
    /// Seconds since 1970.
    pub since: i64,
    /// What went wrong, for people; none if an earlier version recorded it.
    pub message: Option<String>,
    pub hint: Option<String>,
    /// What was tried; none if its name or its options failed before.
    pub attempt: Option<Attempt>,
}

/// A result that could not be made.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// Where the result would be, relative to the folder of results.
    pub output: PathBuf,
    /// The input folder, absolute.
    pub root: PathBuf,
    /// The source, relative to it.
    pub source: PathBuf,
    /// The hash of the settings.
    pub recipe: Hash,
    /// The platform that it is for, in a run with several.
    pub preset: Option<String>,
}

impl Failing {
    /// The name of a source at this absolute path: it can fail for one platform and succeed for
    /// another.
    pub fn name(path: String, preset: Option<&str>) -> String {
        match preset {
            Some(preset) => format!("{path}{SEPARATOR}{preset}"),
            None => path,
        }
    }

    /// The absolute path of the source, as it is printed.
    pub fn path(&self) -> &str {
        self.source.split(SEPARATOR).next().unwrap_or_default()
    }

    /// Whether it is the same failure of the same file.
    pub fn is_same(&self, other: &Self) -> bool {
        self.source == other.source && self.code == other.code && self.stamp == other.stamp
    }
}

impl Attempt {
    /// Whether the same result was tried, perhaps with other settings.
    pub fn is_of(&self, root: &Path, source: &Path, preset: Option<&str>) -> bool {
        self.root == root && self.source == source && self.preset.as_deref() == preset
    }
}

/// The columns of a cache of this version. Earlier versions have fewer.
fn columns(version: i64) -> &'static str {
    match version {
        ..5 => "source, code, bytes, written, since, NULL, NULL, NULL, NULL, NULL, NULL, NULL",
        _ => {
            "source, code, bytes, written, since, message, hint, output, root, relative, recipe, \
             preset"
        }
    }
}

/// All sources that failed in the last run over them.
pub(super) fn all(database: &Connection) -> Result<Vec<Failing>, StateError> {
    let version = tables::version(database)?;
    if version < 2 {
        return Ok(Vec::new());
    }
    let query = format!("SELECT {} FROM prepare_failure", columns(version));
    let mut statement = database.prepare(&query)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Failing> {
    let bytes: Option<i64> = row.get(2)?;
    let written = row.get(3)?;
    let stamp = bytes.map(|bytes| Stamp {
        bytes: u64::try_from(bytes).unwrap_or(0),
        written,
    });
    Ok(Failing {
        source: row.get(0)?,
        code: row.get(1)?,
        stamp,
        since: row.get(4)?,
        message: row.get(5)?,
        hint: row.get(6)?,
        attempt: attempt(row)?,
    })
}

/// None unless all of its columns are set.
fn attempt(row: &Row<'_>) -> rusqlite::Result<Option<Attempt>> {
    let path = |index| row.get::<_, Option<PathColumn<PathBuf>>>(index);
    let (Some(output), Some(root), Some(source), Some(recipe)) =
        (path(7)?, path(8)?, path(9)?, row.get(10)?)
    else {
        return Ok(None);
    };
    Ok(Some(Attempt {
        output: output.0,
        root: root.0,
        source: source.0,
        recipe,
        preset: row.get(11)?,
    }))
}

impl Reader {
    /// All sources that failed in the last run over them.
    pub fn failures(&self) -> Result<Vec<Failing>, StateError> {
        self.with(all)
    }
}

impl Writer {
    /// Adds sources that fail, and removes those that no longer do.
    pub fn keep_failures(
        &mut self,
        failing: &[Failing],
        mended: &[String],
    ) -> Result<(), StateError> {
        let change = self.transaction()?;
        for source in mended {
            change.execute("DELETE FROM prepare_failure WHERE source = ?1", [source])?;
        }
        for it in failing {
            let bytes = it
                .stamp
                .map(|stamp| i64::try_from(stamp.bytes).unwrap_or(i64::MAX));
            let written = it.stamp.and_then(|stamp| stamp.written);
            let attempt = it.attempt.as_ref();
            change.execute(
                "INSERT OR REPLACE INTO prepare_failure (source, code, bytes, written, since, \
                 message, hint, output, root, relative, recipe, preset) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                params![
                    it.source,
                    it.code,
                    bytes,
                    written,
                    it.since,
                    it.message,
                    it.hint,
                    attempt.map(|it| PathColumn(it.output.as_path())),
                    attempt.map(|it| PathColumn(it.root.as_path())),
                    attempt.map(|it| PathColumn(it.source.as_path())),
                    attempt.map(|it| it.recipe),
                    attempt.and_then(|it| it.preset.as_deref()),
                ],
            )?;
        }
        Ok(change.commit()?)
    }
}
