//! Why the journal cannot be used.

use std::error::Error;

use super::schema::SCHEMA;

/// The journal cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// SQLite reported an error.
    #[error("the journal of uploads could not be used")]
    Database(#[from] rusqlite::Error),
    /// The file is damaged.
    #[error("the journal of uploads is damaged")]
    Damaged,
    /// A later version of this program wrote it.
    #[error("the journal of uploads has version {found}, this program knows {SCHEMA}")]
    Version {
        /// The version of the journal.
        found: i64,
    },
}

impl JournalError {
    /// The error and its cause, as one line.
    pub(crate) fn line(&self) -> String {
        let cause = self.source();
        cause.map_or_else(|| self.to_string(), |cause| format!("{self}: {cause}"))
    }

    /// Whether the file itself is damaged, rather than busy, full or out of reach.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        match self {
            Self::Damaged => true,
            Self::Database(error) => matches!(
                error.sqlite_error_code(),
                Some(DatabaseCorrupt | NotADatabase)
            ),
            Self::Version { .. } => false,
        }
    }
}
