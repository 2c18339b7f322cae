//! Reads the cache from any number of threads.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::column::PathColumn;
use super::error::StateError;
use super::row::{Known, TABLES, columns, read};
use super::{snapshot, tables};
use crate::files::fingerprint::Hash;

/// Connections per file: enough that workers seldom wait for each other.
const CONNECTIONS: usize = 4;

/// An open cache. Its temporary copy, if it has one, is removed with it.
pub struct Reader {
    first: Mutex<Connection>,
    others: Vec<Mutex<Connection>>,
    /// The query for one row.
    row: String,
    /// The query for all rows.
    rows: String,
    _copy: Option<tempfile::TempDir>,
}

impl Reader {
    /// Opens a file that this process may write; none if it has no tables yet.
    pub(super) fn open(path: &Path) -> Result<Option<Self>, StateError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::connect(path, flags)
    }

    /// Opens a file without writing anything beside it.
    pub(super) fn look(path: &Path) -> Result<Option<Self>, StateError> {
        let connect = |address: &str| Self::connect(Path::new(address), snapshot::FLAGS);
        let (reader, copy) = snapshot::of(path, connect)?;
        Ok(reader.map(|reader| Self {
            _copy: copy,
            ..reader
        }))
    }

    fn connect(address: &Path, flags: OpenFlags) -> Result<Option<Self>, StateError> {
        let Some(first) = tables::open_to_read(address, flags)? else {
            return Ok(None);
        };
        let columns = columns(tables::version(&first)?);
        let others = (1..CONNECTIONS).map(|_| tables::open_again(address, flags));
        Ok(Some(Self {
            row: format!("SELECT {columns} FROM {TABLES} WHERE output = ?1"),
            rows: format!("SELECT {columns} FROM {TABLES} ORDER BY output"),
            first: Mutex::new(first),
            others: others
                .map(|it| it.map(Mutex::new))
                .collect::<Result<_, _>>()?,
            _copy: None,
        }))
    }

    /// A connection that is free, or the first.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        let free = std::iter::once(&self.first).chain(&self.others);
        let free = free.filter_map(|one| one.try_lock().ok()).next();
        free.unwrap_or_else(|| self.first.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads something else from the database.
    pub(super) fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StateError>,
    ) -> Result<T, StateError> {
        read(&self.connection())
    }

    /// The row of a result, by its path relative to the folder of results.
    pub fn find(&self, output: &Path) -> Result<Option<Known>, StateError> {
        let database = self.connection();
        let mut statement = database.prepare_cached(&self.row)?;
        let found = statement.query_row([PathColumn(output)], read).optional()?;
        Ok(found)
    }

    /// Whether there is a row of any result.
    pub fn has_rows(&self) -> Result<bool, StateError> {
        let query = "SELECT EXISTS (SELECT 1 FROM prepare_output)";
        let found = self.connection().query_row(query, [], |row| row.get(0))?;
        Ok(found)
    }

    /// Whether there is a row of this result.
    pub fn has(&self, output: &Path) -> Result<bool, StateError> {
        let query = "SELECT EXISTS (SELECT 1 FROM prepare_output WHERE output = ?1)";
        let database = self.connection();
        let mut statement = database.prepare_cached(query)?;
        let found = statement.query_row([PathColumn(output)], |row| row.get(0))?;
        Ok(found)
    }

    /// The text of a recipe with this hash, if a result was made with it.
    pub fn recipe(&self, hash: Hash) -> Result<Option<String>, StateError> {
        let query = "SELECT recipe FROM prepare_recipe WHERE hash = ?1";
        let database = self.connection();
        let found = database
            .query_row(query, [hash], |row| row.get(0))
            .optional()?;
        Ok(found)
    }

    /// As what an input folder was given, if it was reached through a link.
    pub fn given(&self, root: &Path) -> Result<Option<PathBuf>, StateError> {
        let database = self.connection();
        // Earlier versions did not record it.
        if tables::version(&database)? < 6 {
            return Ok(None);
        }
        let query = "SELECT given FROM prepare_root WHERE path = ?1";
        let found = database.query_row(query, [PathColumn(root)], |row| {
            row.get::<_, Option<PathColumn<PathBuf>>>(0)
        });
        Ok(found.optional()?.flatten().map(|given| given.0))
    }

    /// The input folders of which there are results.
    pub fn roots(&self) -> Result<Vec<PathBuf>, StateError> {
        let query = "SELECT path FROM prepare_root WHERE id IN (SELECT root FROM prepare_output)";
        let database = self.connection();
        let mut statement = database.prepare(query)?;
        let roots = statement.query_map([], |row| row.get(0))?;
        let roots: Vec<PathColumn<PathBuf>> = roots.collect::<Result<_, _>>()?;
        Ok(roots.into_iter().map(|root| root.0).collect())
    }

    /// The number of results made from an input folder.
    pub fn count(&self, root: &Path) -> Result<u64, StateError> {
        let query = "SELECT count(*) FROM prepare_output WHERE root IN \
                     (SELECT id FROM prepare_root WHERE path = ?1)";
        let count: i64 = self
            .connection()
            .query_row(query, [PathColumn(root)], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// All rows, ordered by the name of the result.
    pub fn all(&self, mut each: impl FnMut(Known)) -> Result<(), StateError> {
        let database = self.connection();
        let mut statement = database.prepare(&self.rows)?;
        for known in statement.query_map([], read)? {
            each(known?);
        }
        Ok(())
    }
}
