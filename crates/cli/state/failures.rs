//! Remembers which sources fail, and since when, so that a run can tell new failures from old ones.

use rusqlite::{Connection, params};

use super::error::StateError;
use super::reader::Reader;
use super::tables;
use super::writer::Writer;
use crate::files::fingerprint::Stamp;

/// A source that fails.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Failing {
    /// The absolute path as it is printed.
    pub(crate) source: String,
    pub(crate) code: String,
    /// `None` for a source that is gone.
    pub(crate) stamp: Option<Stamp>,
    /// Seconds since 1970.
    pub(crate) since: i64,
}

impl Failing {
    /// Whether it is the same failure of the same file.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.source == other.source && self.code == other.code && self.stamp == other.stamp
    }
}

/// All sources that failed in the last run over them.
pub(super) fn all(database: &Connection) -> Result<Vec<Failing>, StateError> {
    if tables::version(database)? < 2 {
        return Ok(Vec::new());
    }
    let query = "SELECT source, code, bytes, written, since FROM prepare_failure";
    let mut statement = database.prepare(query)?;
    let rows = statement.query_map([], |row| {
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
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl Reader {
    /// All sources that failed in the last run over them.
    pub(crate) fn failures(&self) -> Result<Vec<Failing>, StateError> {
        self.with(all)
    }
}

impl Writer {
    /// Adds sources that fail, and removes those that no longer do.
    pub(crate) fn keep_failures(
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
            change.execute(
                "INSERT OR REPLACE INTO prepare_failure VALUES (?1, ?2, ?3, ?4, ?5)",
                params![it.source, it.code, bytes, written, it.since],
            )?;
        }
        Ok(change.commit()?)
    }
}
