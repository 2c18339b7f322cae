//! Opens a database as it is now, without writing anything beside it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rusqlite::OpenFlags;
use tempfile::TempDir;

use super::error::StateError;
use super::tables;

/// How often a file that is being written is read again.
const TRIES: u32 = 3;

/// The flags for opening a snapshot by its address.
pub const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_READ_ONLY
    .union(OpenFlags::SQLITE_OPEN_NO_MUTEX)
    .union(OpenFlags::SQLITE_OPEN_URI);

/// Calls `open` with the address of the database at `path`. While a run is active, or after it was
/// killed, its last changes are in a write-ahead log, which cannot be read without writing. Then a
/// copy is opened, which must live as long as what was opened.
pub fn of<T>(
    path: &Path,
    open: impl Fn(&str) -> Result<T, StateError>,
) -> Result<(T, Option<TempDir>), StateError> {
    let log = with_suffix(path, "-wal");
    let mut tries = 0..TRIES;
    loop {
        let before = stamp(path);
        let found = match log.exists() {
            true => copied(path, &log, &open),
            false => unchanging(path, &open).map(|opened| (opened, None)),
        };
        let last = tries.next().is_none();
        match found {
            // A run that writes meanwhile can leave the copy inconsistent, or move the log into the
            // file.
            Err(error) if !last && (error.is_damage() || is_gone(&error)) => {}
            Ok(_) if !last && before != stamp(path) => {}
            found => return found,
        }
    }
}

/// Length and time of a file.
fn stamp(path: &Path) -> Option<(u64, SystemTime)> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}

fn is_gone(error: &StateError) -> bool {
    matches!(error, StateError::Io(error) if error.kind() == io::ErrorKind::NotFound)
}

fn copied<T>(
    path: &Path,
    log: &Path,
    open: impl Fn(&str) -> Result<T, StateError>,
) -> Result<(T, Option<TempDir>), StateError> {
    let copy = tempfile::tempdir()?;
    let place = copy.path().join("state.sqlite");
    fs::copy(path, &place)?;
    fs::copy(log, with_suffix(&place, "-wal"))?;
    // Moves the log into the copy.
    tables::checkpoint(&place)?;
    Ok((unchanging(&place, open)?, Some(copy)))
}

fn unchanging<T>(
    path: &Path,
    open: impl Fn(&str) -> Result<T, StateError>,
) -> Result<T, StateError> {
    open(&format!("{}?immutable=1", address(path)?))
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(suffix);
    name.into()
}

/// The `file:` address of an existing file, with special characters escaped.
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
