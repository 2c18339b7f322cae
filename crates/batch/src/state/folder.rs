//! The state of one folder, held by one process.

use std::fs;
use std::path::Path;

use super::error::StateError;
use super::intent::{self, Intents};
use super::lock::Lock;
use super::look::{JOURNAL, cache_file, shard_files, whole_file};
use super::reader::Reader;
use super::writer::Writer;
use super::{merge, rebuild};
use crate::error::CliError;
use crate::files::STATE_FOLDER;
use crate::naming::shard::Shard;

/// The state of one folder, held by this process until it is dropped.
pub struct State {
    readers: Vec<Reader>,
    /// `None` if the database is not writable; the folder is locked all the same.
    writer: Option<Writer>,
    intents: Intents,
    _lock: Lock,
}

/// What a run needs of a state: all workers read and record intents, one thread writes.
pub struct Parts<'a> {
    pub readers: &'a [Reader],
    pub writer: Option<&'a mut Writer>,
    pub intents: &'a Intents,
}

/// The result of opening a state.
#[derive(Default)]
pub struct Opened {
    /// `None`, with a warning, if no lock can be taken: then the run remakes everything.
    pub state: Option<State>,
    pub warnings: Vec<String>,
}

impl State {
    /// Locks the results in `out` for this process and opens their cache. If only the cache fails, the
    /// folder is locked all the same, and nothing is known of the results.
    pub fn open(out: &Path, shard: Shard) -> Result<Opened, CliError> {
        let mut warnings = Vec::new();
        let folder = out.join(STATE_FOLDER);
        let lock = fs::create_dir_all(&folder).map_err(StateError::from);
        let lock = match lock.and_then(|()| Lock::take(&folder, shard)) {
            Ok(lock) => lock,
            Err(error @ StateError::Locked { .. }) => {
                return Err(CliError::busy(
                    format!("{} may be in use: {error}", out.display()),
                    "run as the user who created the folder, or choose another folder for the results",
                ));
            }
            Err(error @ StateError::Held(_)) => {
                return Err(CliError::busy(
                    format!("{} is in use: {error}", out.display()),
                    "wait for that run to end, or choose another folder for the results",
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
            // This process holds the lock, so no other should be using the database; if one does,
            // refuse. On a file system without locks, go on instead.
            Err(error) if error.is_busy() && has_locks(&folder) => return Err(error.in_use()),
            Err(error) => {
                warnings.push(unused(&error));
                (Vec::new(), None)
            }
        };
        let state = Self {
            readers,
            writer,
            intents: Intents::new(&folder, shard),
            _lock: lock,
        };
        Ok(Opened {
            state: Some(state),
            warnings,
        })
    }

    pub fn split(&mut self) -> Parts<'_> {
        Parts {
            readers: &self.readers,
            writer: self.writer.as_mut(),
            intents: &self.intents,
        }
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
    let mut writer = match Writer::open(&path) {
        Err(error) if error.is_damage() => {
            let (writer, warning) = rebuild::replace(&path, out)?;
            warnings.push(warning);
            writer
        }
        opened => opened?,
    };
    let mut readers: Vec<Reader> = Reader::open(&path)?.into_iter().collect();
    // No process writes the file of unsharded runs now, so it can be read. The files of other
    // shards may be in use on other machines, with which a database cannot be shared.
    let whole = whole_file(folder).filter(|whole| *whole != path);
    readers.extend(whole.and_then(|whole| Reader::look(&whole).ok().flatten()));
    if let Err(error) = intent::adopt(folder, out, shard, (&readers, &mut writer)) {
        warnings.push(format!(
            "{error}; results of a killed run may be missing from the cache"
        ));
    }
    Ok((readers, writer))
}

/// A damaged journal says nothing about the results. It is left as it is, because its deliveries may
/// still be recovered.
fn split(folder: &Path, cache: &Path, warnings: &mut Vec<String>) -> Result<(), StateError> {
    let journal = folder.join(JOURNAL);
    match merge::split(&journal, cache) {
        Err(error) if error.is_damage() => {
            let journal = journal.display();
            warnings.push(format!("{journal} is damaged: all results will be remade"));
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
    format!("{error}; every picture is remade, and nothing is recorded")
}

/// An unsharded run holds the folder alone, so it can merge all files into one.
fn merge_shards(folder: &Path, cache: &Path, warnings: &mut Vec<String>) {
    for file in shard_files(folder) {
        let shard = folder.join(file);
        if let Err(error) = merge::merge(cache, &shard) {
            let shard = shard.display();
            warnings.push(format!("could not merge {shard}: {error}"));
        }
    }
}
