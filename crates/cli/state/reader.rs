//! Looks up what is known; any number of threads may ask.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::column::PathColumn;
use super::row::{COLUMNS, Known, TABLES, read};
use super::{StateError, tables};

/// How often a file that is being written is read again.
const TRIES: u32 = 3;

/// Connections to a file, so that workers seldom wait for each other.
const CONNECTIONS: usize = 4;

/// An open state file. Its temporary copy, if there is one, is removed with it.
pub(crate) struct Reader {
    first: Mutex<Connection>,
    others: Vec<Mutex<Connection>>,
    _copy: Option<tempfile::TempDir>,
}

impl Reader {
    /// Opens a file that this process may write; none if nothing was ever remembered in it.
    pub(super) fn open(path: &Path) -> Result<Option<Self>, StateError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::connect(&path.to_string_lossy(), flags, None)
    }

    /// Opens a file without writing anything beside it. Where a run is at work or was killed, what
    /// it did last is in a log that cannot be read without writing: then a copy is read.
    pub(super) fn look(path: &Path) -> Result<Option<Self>, StateError> {
        let log = with_suffix(path, "-wal");
        let mut tries = 0..TRIES;
        loop {
            let found = match log.exists() {
                true => Self::copy(path, &log),
                false => Self::unchanging(path, None),
            };
            let last = tries.next().is_none();
            match found {
                // What a run writes meanwhile can make a copy that fits together nowhere.
                Err(error) if error.is_damage() && !last => {}
                found => return found,
            }
        }
    }

    fn copy(path: &Path, log: &Path) -> Result<Option<Self>, StateError> {
        let copy = tempfile::tempdir()?;
        let place = copy.path().join("state.sqlite");
        fs::copy(path, &place)?;
        match fs::copy(log, with_suffix(&place, "-wal")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        // A first connection carries the log over into the copy.
        tables::fold_log(&place)?;
        Self::unchanging(&place, Some(copy))
    }

    fn unchanging(
        path: &Path,
        copy: Option<tempfile::TempDir>,
    ) -> Result<Option<Self>, StateError> {
        let address = format!("{}?immutable=1", address(path)?);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        Self::connect(&address, flags, copy)
    }

    fn connect(
        address: &str,
        flags: OpenFlags,
        copy: Option<tempfile::TempDir>,
    ) -> Result<Option<Self>, StateError> {
        let Some(first) = tables::open_to_read(address, flags)? else {
            return Ok(None);
        };
        let others = (1..CONNECTIONS).map(|_| tables::open_again(address, flags));
        Ok(Some(Self {
            first: Mutex::new(first),
            others: others
                .map(|it| it.map(Mutex::new))
                .collect::<Result<_, _>>()?,
            _copy: copy,
        }))
    }

    /// One that nobody uses, or the first.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        let free = std::iter::once(&self.first).chain(&self.others);
        let free = free.filter_map(|one| one.try_lock().ok()).next();
        free.unwrap_or_else(|| self.first.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is known of a result, by its path relative to the folder of results.
    pub(crate) fn find(&self, output: &Path) -> Result<Option<Known>, StateError> {
        let query = format!("SELECT {COLUMNS} FROM {TABLES} WHERE output = ?1");
        let database = self.connection();
        let mut statement = database.prepare_cached(&query)?;
        let found = statement.query_row([PathColumn(output)], read).optional()?;
        Ok(found)
    }

    /// Everything that is known, by the name of the result.
    pub(crate) fn all(&self, mut each: impl FnMut(Known)) -> Result<(), StateError> {
        let query = format!("SELECT {COLUMNS} FROM {TABLES} ORDER BY output");
        let database = self.connection();
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

/// The address of a file that is there: what means something else in one is escaped.
pub(super) fn address(path: &Path) -> io::Result<String> {
    let path = fs::canonicalize(path)?;
    let mut address = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => {
                address.push(char::from(*byte));
            }
            other => address.push_str(&format!("%{other:02x}")),
        }
    }
    Ok(address)
}
