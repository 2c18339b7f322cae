//! The state of one folder, held by one process.

use std::fs;
use std::path::Path;

use super::error::StateError;
use super::lock::Lock;
use super::look::{JOURNAL, cache_file, shard_files, whole_file};
use super::reader::Reader;
use super::writer::Writer;
use super::{merge, rebuild};
use crate::error::CliError;
use crate::files::STATE_FOLDER;
use crate::naming::shard::Shard;

/// The state of one folder, held by this process until it is dropped.
pub(crate) struct State {
    readers: Vec<Reader>,
    /// None where the database cannot be written; the folder is held all the same.
    writer: Option<Writer>,
    _lock: Lock,
}

/// What came of opening a state.
#[derive(Default)]
pub(crate) struct Opened {
    /// None, with a warning, where there can be no lock: then the run makes everything.
    pub(crate) state: Option<State>,
    pub(crate) warnings: Vec<String>,
}

impl State {
    /// Takes the results in `out` for this process and opens what is known of them. Where only the
    /// database fails, nothing is known, and the folder is held all the same.
    pub(crate) fn open(out: &Path, shard: Shard) -> Result<Opened, CliError> {
        let mut warnings = Vec::new();
        let folder = out.join(STATE_FOLDER);
        let lock = fs::create_dir_all(&folder).map_err(StateError::from);
        let lock = match lock.and_then(|()| Lock::take(&folder, shard)) {
            Ok(lock) => lock,
            Err(error @ StateError::Locked { .. }) => {
                return Err(CliError::busy(
                    format!("{} may be being written: {error}", out.display()),
                    "run it as who made the folder, or name another folder for the results",
                ));
            }
            Err(error @ StateError::Held(_)) => {
                return Err(CliError::busy(
                    format!("{} is being written: {error}", out.display()),
                    "wait for the end of that run, or name another folder for the results",
                ));
            }
            Err(error) => {
                warnings.push(unused(&error));
                return Ok(Opened {
                    state: None,
                    warnings,
                });
            }
        };
        let (readers, writer) = match open_files(&folder, out, shard, &mut warnings) {
            Ok((readers, writer)) => (readers, Some(writer)),
            Err(error @ StateError::Version { .. }) => return Err(error.later_version()),
            // The folder is held, so nobody else should have the file, unless locks are not known here.
            Err(error) if error.is_busy() && has_locks(&folder) => return Err(error.in_use()),
            Err(error) => {
                warnings.push(unused(&error));
                (Vec::new(), None)
            }
        };
        let state = Self {
            readers,
            writer,
            _lock: lock,
        };
        Ok(Opened {
            state: Some(state),
            warnings,
        })
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
    warnings: &mut Vec<String>,
) -> Result<(Vec<Reader>, Writer), StateError> {
    let path = folder.join(cache_file(shard));
    if shard == Shard::WHOLE {
        split(folder, &path, warnings)?;
        merge_shards(folder, &path, warnings);
    }
    let writer = match Writer::open(&path) {
        Err(error) if error.is_damage() => {
            let (writer, warning) = rebuild::replace(&path, out)?;
            warnings.push(warning);
            writer
        }
        opened => opened?,
    };
    let mut readers: Vec<Reader> = Reader::open(&path)?.into_iter().collect();
    // No run without shards writes its file now; those of other shards may be in use on other
    // machines, where no two can share one.
    let whole = whole_file(folder).filter(|whole| *whole != path);
    readers.extend(whole.and_then(|whole| Reader::look(&whole).ok().flatten()));
    Ok((readers, writer))
}

/// Of a journal that is damaged nothing can be learned of the results; it is not touched, since
/// what it says of deliveries may yet be saved.
fn split(folder: &Path, cache: &Path, warnings: &mut Vec<String>) -> Result<(), StateError> {
    let journal = folder.join(JOURNAL);
    match merge::split(&journal, cache) {
        Err(error) if error.is_damage() => {
            let journal = journal.display();
            warnings.push(format!("{journal} is damaged: the results are remade"));
            Ok(())
        }
        done => done,
    }
}

/// Whether the file system knows locks. Some network drives do not, and SQLite calls every file busy there.
fn has_locks(folder: &Path) -> bool {
    let file = fs::File::open(folder.join("lock"));
    file.is_ok_and(|file| !matches!(file.try_lock_shared(), Err(fs::TryLockError::Error(_))))
}

fn unused(error: &StateError) -> String {
    format!("{error}; nothing is skipped or remembered")
}

/// A run without shards holds the folder alone, so it may make one file of all.
fn merge_shards(folder: &Path, cache: &Path, warnings: &mut Vec<String>) {
    for file in shard_files(folder) {
        let shard = folder.join(file);
        if let Err(error) = merge::merge(cache, &shard) {
            let shard = shard.display();
            warnings.push(format!("{shard} could not be merged: {error}"));
        }
    }
}
