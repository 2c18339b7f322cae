//! What is known of the results in a folder, so that the next run makes only what is missing.
//! It owns `OUT/.avatar-prep/state.sqlite` and the tables there that start with `prepare_`;
//! deliveries keep theirs beside it.
//!
//! A result is remembered after it was published: a record that is lost costs work, never trust.

mod broken;
mod column;
mod holder;
mod keeper;
mod merge;
mod reader;
mod row;
pub(crate) mod snapshot;
mod tables;
mod writer;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use avatar_upload::JournalError;

use crate::console;
use crate::shard::Shard;
use crate::usage::UsageError;

pub(crate) use holder::Holder;
pub(crate) use keeper::Keeper;
pub(crate) use reader::Reader;
pub(crate) use row::{Details, Known, Origin};
pub(crate) use writer::Writer;

/// Folder below the results in which everything about them is kept.
pub(crate) const FOLDER: &str = ".avatar-prep";

/// Why the state cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StateError {
    #[error("the state file could not be used: {0}")]
    Database(#[from] rusqlite::Error),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error("the state could not be kept: {0}")]
    Io(#[from] io::Error),
    #[error("the state file has version {found}, this program knows {known}")]
    Version { found: i64, known: i64 },
    #[error("{0}")]
    Held(Holder),
    #[error("the lock {} could not be opened: {error}", .path.display())]
    Locked { path: PathBuf, error: io::Error },
}

impl StateError {
    /// Whether somebody else has it, beyond every wait.
    fn is_busy(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
        let Self::Database(error) = self else {
            return false;
        };
        let code = error.sqlite_error_code();
        matches!(code, Some(DatabaseBusy | DatabaseLocked))
    }

    /// Whether the file itself is damaged, rather than busy, full or out of reach.
    fn is_damage(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        let (Self::Database(error) | Self::Journal(JournalError::Database(error))) = self else {
            return false;
        };
        matches!(
            error.sqlite_error_code(),
            Some(DatabaseCorrupt | NotADatabase)
        )
    }
}

/// The state of one folder, held by this process until it is dropped.
pub(crate) struct State {
    readers: Vec<Reader>,
    /// None where the database cannot be written; the folder is held all the same.
    writer: Option<Writer>,
    _lock: holder::Lock,
}

impl State {
    /// Takes the results in `out` for this process and opens what is known of them. None, with a
    /// warning, where there can be no lock: then the run makes everything. Where only the database
    /// fails, nothing is known, and the folder is held all the same.
    pub(crate) fn open(out: &Path, shard: Shard) -> Result<Option<Self>, UsageError> {
        let folder = out.join(FOLDER);
        let lock = fs::create_dir_all(&folder).map_err(StateError::from);
        let lock = match lock.and_then(|()| holder::Lock::take(&folder, shard)) {
            Ok(lock) => lock,
            Err(error @ StateError::Locked { .. }) => {
                return Err(UsageError::new(
                    format!("{} may be being written: {error}", out.display()),
                    "run it as who made the folder, or name another folder for the results",
                ));
            }
            Err(error @ StateError::Held(_)) => {
                return Err(UsageError::new(
                    format!("{} is being written: {error}", out.display()),
                    "wait for the end of that run, or name another folder for the results",
                ));
            }
            Err(error) => {
                warn_of(&error);
                return Ok(None);
            }
        };
        let (readers, writer) = match open_files(&folder, out, shard) {
            Ok((readers, writer)) => (readers, Some(writer)),
            Err(error @ StateError::Version { .. }) => return Err(later_version(&error)),
            Err(error) if error.is_busy() => return Err(in_use(&error)),
            Err(error) => {
                warn_of(&error);
                (Vec::new(), None)
            }
        };
        Ok(Some(Self {
            readers,
            writer,
            _lock: lock,
        }))
    }

    /// The two halves: workers read, one thread writes.
    pub(crate) fn split(&mut self) -> (&[Reader], Option<&mut Writer>) {
        (&self.readers, self.writer.as_mut())
    }
}

fn open_files(
    folder: &Path,
    out: &Path,
    shard: Shard,
) -> Result<(Vec<Reader>, Writer), StateError> {
    let path = folder.join(file_name(shard));
    broken::resume(&path, out)?;
    if shard == Shard::WHOLE {
        take_over_shards(folder, &path);
    }
    let writer = match Writer::open(&path) {
        Err(error) if error.is_damage() => broken::replace(&path, out)?,
        opened => opened?,
    };
    let mut readers: Vec<Reader> = Reader::open(&path)?.into_iter().collect();
    // No run without shards writes its file now; those of other shards may be in use on other
    // machines, where no two can share one.
    let whole = folder.join(file_name(Shard::WHOLE));
    if whole != path && whole.exists() {
        readers.extend(Reader::look(&whole).ok().flatten());
    }
    Ok((readers, writer))
}

fn warn_of(error: &StateError) {
    console::print_warning(&format!("{error}; nothing is skipped or remembered"));
}

fn in_use(error: &StateError) -> UsageError {
    UsageError::new(
        error.to_string(),
        "another program holds it: wait for its end, or close it",
    )
}

/// What is known of the results in `out`, by any shard, without writing anything there.
pub(crate) fn look(out: &Path) -> Result<Vec<Reader>, UsageError> {
    let folder = out.join(FOLDER);
    let files = all_files(&folder).into_iter();
    files
        .filter_map(|file| {
            let found = Reader::look(&folder.join(&file)).map_err(|error| match error {
                StateError::Version { .. } => later_version(&error),
                error => UsageError::new(
                    format!("{}: {error}", folder.join(&file).display()),
                    "prepare into the folder again: a broken state file is set aside and rebuilt",
                ),
            });
            found.transpose()
        })
        .collect()
}

fn later_version(error: &StateError) -> UsageError {
    UsageError::new(
        error.to_string(),
        "a later version of this program wrote it: use that version, or another folder",
    )
}

fn file_name(shard: Shard) -> PathBuf {
    match shard.name() {
        Some(name) => format!("state-{name}.sqlite").into(),
        None => "state.sqlite".into(),
    }
}

/// A run without shards holds the folder alone, so it may make one file of all.
fn take_over_shards(folder: &Path, whole: &Path) {
    for file in all_files(folder) {
        let shard = folder.join(file);
        if shard == whole {
            continue;
        }
        if let Err(error) = merge::take_over(whole, &shard) {
            let text = format!("{} could not be taken over: {error}", shard.display());
            console::print_warning(&text);
        }
    }
}

/// The state files in the folder, that of runs without shards first.
fn all_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names
        .filter(|name| name.starts_with("state") && name.ends_with(".sqlite"))
        .collect();
    names.sort_by_key(|name| (name.len(), name.clone()));
    names.into_iter().map(PathBuf::from).collect()
}
