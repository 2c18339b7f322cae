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
mod tables;
mod writer;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

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
    #[error("the state could not be kept: {0}")]
    Io(#[from] io::Error),
    #[error("the state file has version {found}, this program knows {known}")]
    Version { found: i64, known: i64 },
    #[error("{0}")]
    Held(Holder),
}

impl StateError {
    /// Whether the file itself is damaged, rather than busy, full or out of reach.
    fn is_damage(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        let Self::Database(error) = self else {
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
    writer: Writer,
    _lock: holder::Lock,
}

impl State {
    /// Takes the results in `out` for this process and opens what is known of them. None, with a
    /// warning, where nothing can be kept: then the run makes everything.
    pub(crate) fn open(out: &Path, shard: Shard) -> Result<Option<Self>, UsageError> {
        match Self::try_open(out, shard) {
            Ok(state) => Ok(Some(state)),
            Err(error @ StateError::Held(_)) => Err(UsageError::new(
                format!("{} is being written: {error}", out.display()),
                "wait for the end of that run, or name another folder for the results",
            )),
            Err(error @ StateError::Version { .. }) => Err(later_version(&error)),
            Err(error) => {
                console::print_warning(&format!("{error}; nothing is skipped or remembered"));
                Ok(None)
            }
        }
    }

    fn try_open(out: &Path, shard: Shard) -> Result<Self, StateError> {
        let folder = out.join(FOLDER);
        fs::create_dir_all(&folder)?;
        let lock = holder::Lock::take(&folder, shard)?;
        let path = folder.join(file_name(shard));
        if shard == Shard::WHOLE {
            take_over_shards(&folder, &path);
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
        Ok(Self {
            readers,
            writer,
            _lock: lock,
        })
    }

    /// The two halves: workers read, one thread writes.
    pub(crate) fn split(&mut self) -> (&[Reader], &mut Writer) {
        (&self.readers, &mut self.writer)
    }
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
