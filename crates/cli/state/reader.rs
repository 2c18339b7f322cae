//! Looks up what is known; any number of threads may ask.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::column::PathColumn;
use super::row::{COLUMNS, Known, TABLES, read};
use super::{StateError, tables};

/// An open state file. Its temporary copy, if there is one, is removed with it.
pub(crate) struct Reader {
    database: Mutex<Connection>,
    _copy: Option<tempfile::TempDir>,
}

impl Reader {
    /// Opens a file that this process may write.
    pub(super) fn open(path: &Path) -> Result<Self, StateError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let database = tables::open_to_read(&path.to_string_lossy(), flags)?;
        Ok(Self {
            database: Mutex::new(database),
            _copy: None,
        })
    }

    /// Opens a file without writing anything beside it. Where a run is at work or was killed, what
    /// it did last is in a log that cannot be read without writing: then a copy is read.
    pub(super) fn look(path: &Path) -> Result<Self, StateError> {
        let log = with_suffix(path, "-wal");
        if !log.exists() {
            return Self::unchanging(path, None);
        }
        let copy = tempfile::tempdir()?;
        let place = copy.path().join("state.sqlite");
        fs::copy(path, &place)?;
        fs::copy(log, with_suffix(&place, "-wal"))?;
        // A first connection carries the log over into the copy.
        tables::fold_log(&place)?;
        Self::unchanging(&place, Some(copy))
    }

    fn unchanging(path: &Path, copy: Option<tempfile::TempDir>) -> Result<Self, StateError> {
        let path = fs::canonicalize(path)?;
        let address = format!("file:{}?immutable=1", escaped(&path));
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        Ok(Self {
            database: Mutex::new(tables::open_to_read(&address, flags)?),
            _copy: copy,
        })
    }

    /// What is known of a result, by its path relative to the folder of results.
    pub(crate) fn find(&self, output: &Path) -> Result<Option<Known>, StateError> {
        let query = format!("SELECT {COLUMNS} FROM {TABLES} WHERE output = ?1");
        let database = self.database.lock().unwrap_or_else(PoisonError::into_inner);
        let mut statement = database.prepare_cached(&query)?;
        let found = statement.query_row([PathColumn(output)], read).optional()?;
        Ok(found)
    }

    /// Everything that is known, by the name of the result.
    pub(crate) fn all(&self, mut each: impl FnMut(Known)) -> Result<(), StateError> {
        let query = format!("SELECT {COLUMNS} FROM {TABLES} ORDER BY output");
        let database = self.database.lock().unwrap_or_else(PoisonError::into_inner);
        let mut statement = database.prepare(&query)?;
        for known in statement.query_map([], read)? {
            each(known?);
        }
        Ok(())
    }
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(suffix);
    name.into()
}

/// A path in an address: what means something else there is escaped.
fn escaped(path: &Path) -> String {
    let text = path.to_string_lossy();
    text.replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23")
}
