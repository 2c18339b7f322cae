//! How paths and hashes are stored in the database.

use std::path::{Path, PathBuf};

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, Value, ValueRef};
use rusqlite::{ToSql, types::ToSqlOutput::Owned};

use crate::files::fingerprint::Hash;

/// A path: stored as text with `/` if it is Unicode, otherwise as bytes, on systems where paths are
/// bytes.
pub(super) struct PathColumn<P>(pub(super) P);

impl ToSql for PathColumn<&Path> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match self.0.to_str() {
            Some(text) if cfg!(windows) => Value::Text(text.replace('\\', "/")),
            Some(text) => return Ok(ToSqlOutput::Borrowed(text.into())),
            None => bytes_of(self.0)?,
        };
        Ok(Owned(value))
    }
}

impl FromSql for PathColumn<PathBuf> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value {
            ValueRef::Text(_) => Ok(Self(value.as_str()?.into())),
            ValueRef::Blob(bytes) => path_of(bytes).map(Self),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps)] // elsewhere it fails
fn bytes_of(path: &Path) -> rusqlite::Result<Value> {
    use std::os::unix::ffi::OsStrExt;
    Ok(Value::Blob(path.as_os_str().as_bytes().to_vec()))
}

#[cfg(not(unix))]
fn bytes_of(path: &Path) -> rusqlite::Result<Value> {
    let message = format!("{} is not Unicode", path.display());
    Err(rusqlite::Error::ToSqlConversionFailure(message.into()))
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps)]
fn path_of(bytes: &[u8]) -> FromSqlResult<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Ok(std::ffi::OsStr::from_bytes(bytes).into())
}

#[cfg(not(unix))]
fn path_of(_: &[u8]) -> FromSqlResult<PathBuf> {
    Err(FromSqlError::InvalidType)
}

/// The bytes of a path, as [`path_from_bytes`] reads them.
pub(super) fn path_bytes(path: &Path) -> Vec<u8> {
    match bytes_of(path) {
        Ok(Value::Blob(bytes)) => bytes,
        _ => path.to_string_lossy().into_owned().into_bytes(),
    }
}

/// A path from its bytes; none if this system has no such path.
pub(super) fn path_from_bytes(bytes: &[u8]) -> Option<PathBuf> {
    let text = std::str::from_utf8(bytes).ok().map(PathBuf::from);
    text.or_else(|| path_of(bytes).ok())
}

impl ToSql for Hash {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(&self.0)))
    }
}

impl FromSql for Hash {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let bytes = value.as_blob()?;
        let array = bytes.try_into().map_err(|_| FromSqlError::InvalidType)?;
        Ok(Self(array))
    }
}
