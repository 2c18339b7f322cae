//! Why the state cannot be used.

use std::io;
use std::path::PathBuf;

use avatar_upload::JournalError;

use super::holder::Holder;
use crate::error::CliError;

/// Why the state cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("could not use the cache: {0}")]
    Database(#[from] rusqlite::Error),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error("could not write the cache: {0}")]
    Io(#[from] io::Error),
    #[error("the cache has version {found}; this program knows {known}")]
    Version { found: i64, known: i64 },
    #[error("{0}")]
    Held(Holder),
    #[error("could not open the lock {}: {error}", .path.display())]
    Locked { path: PathBuf, error: io::Error },
}

impl StateError {
    /// Whether another program holds the database for longer than any wait.
    pub(super) fn is_busy(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
        let Self::Database(error) = self else {
            return false;
        };
        let code = error.sqlite_error_code();
        matches!(code, Some(DatabaseBusy | DatabaseLocked))
    }

    /// Whether the file itself is damaged, rather than busy, full or out of reach.
    pub(super) fn is_damage(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        match self {
            Self::Journal(error) => error.is_damage(),
            Self::Database(error) => matches!(
                error.sqlite_error_code(),
                Some(DatabaseCorrupt | NotADatabase)
            ),
            _ => false,
        }
    }

    /// The refusal of a file that a later version wrote.
    pub(super) fn later_version(&self) -> CliError {
        CliError::environment(
            self.to_string(),
            "it was written by a later version: use that version, or another folder",
        )
    }

    /// The refusal of a file that another program holds.
    pub(super) fn in_use(&self) -> CliError {
        CliError::busy(
            self.to_string(),
            "another program uses it: wait for it to end, or close it",
        )
    }
}
