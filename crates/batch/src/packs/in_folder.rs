//! Tars and their indexes in a folder.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::index::{Head, Index, There, damaged};
use crate::error::CliError;
use crate::failure::Failure;
use crate::files::fingerprint::{Hash, Stamp};
use crate::files::publish::{publish, publish_dated};

/// Every file system keeps times that are a multiple of this (FAT: 2 seconds).
const COARSEST: Duration = Duration::from_secs(2);

/// The indexes below a folder, with what is in the place of their tars.
pub(super) fn indexes(out: &Path, folder: &Path) -> Result<Vec<(Index, There)>, CliError> {
    let mut all = Vec::new();
    read(folder, None, &mut |index| all.push(index))?;
    all.sort_by_key(Index::name);
    let mut named: HashMap<String, usize> = HashMap::new();
    for index in &all {
        *named.entry(index.head.tar.clone()).or_default() += 1;
    }
    let judged = all.into_iter().map(|index| {
        // A killed run and the next one can give their tars one time and one size.
        let is_alone = named.get(&index.head.tar) == Some(&1);
        let there = there(out, &index.head, is_alone);
        (index, there)
    });
    Ok(judged.collect())
}

/// The rows with these keys in the tars whose indexes are elsewhere below `folder` than in `own`.
pub(super) fn others(
    out: &Path,
    (folder, own): (&Path, &Path),
    keys: &HashSet<String>,
) -> Result<Vec<Index>, CliError> {
    let mut all = Vec::new();
    read(folder, Some(own), &mut |mut index| {
        index.rows.retain(|row| keys.contains(&row.key));
        // Such a row is rare, and then the bytes of its tar decide, because that may have another index.
        if !index.rows.is_empty() && there(out, &index.head, false) == There::Same {
            all.push(index);
        }
    })?;
    Ok(all)
}

/// Reads each index below a folder, but not what is in the folder `except`.
pub(super) fn read(
    folder: &Path,
    except: Option<&Path>,
    add: &mut dyn FnMut(Index),
) -> Result<(), CliError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(|error| unreadable(folder, &error))?,
    };
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        if path.is_dir() {
            if except != Some(&path) {
                read(&path, except, add)?;
            }
        } else if path.extension().is_some_and(|end| end == "ndjson") {
            let text = match fs::read(&path) {
                // Another share deletes an index that has no tar any more.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                text => text.map_err(|error| unreadable(&path, &error))?,
            };
            let index = Index::parse(&text);
            add(index.ok_or_else(|| damaged(&path.display().to_string()))?);
        }
    }
    Ok(())
}

/// The names of what is directly in a folder, as far as they are text.
pub(super) fn names(folder: &Path) -> Result<Vec<String>, CliError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| unreadable(folder, &error))?,
    };
    let names = entries.map(|entry| Ok(entry?.file_name().into_string().ok()));
    let names: io::Result<Vec<_>> = names.collect();
    let names = names.map_err(|error| unreadable(folder, &error))?;
    Ok(names.into_iter().flatten().collect())
}

/// What is in the place of a tar. Its size and time tell only if it has one index.
fn there(out: &Path, head: &Head, is_alone: bool) -> There {
    let path = out.join(&head.tar);
    let found = match fs::symlink_metadata(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return There::Absent,
        found => found.ok().filter(fs::Metadata::is_file),
    };
    let Some(found) = found.filter(|found| found.len() == head.bytes) else {
        return There::Other;
    };
    // A copy of the folder can have other times.
    let is_same = is_alone && Stamp::of_result(&found).written == head.written
        || Hash::of_file(&path).is_ok_and(|hash| hash.to_string() == head.hash);
    if is_same { There::Same } else { There::Other }
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> CliError {
    let message = format!("could not read {}: {error}", path.display());
    CliError::environment(message, "check its permissions and its disk")
}

pub(super) fn unwritable(path: &Path, error: &io::Error) -> CliError {
    let message = format!("could not write {}: {error}", path.display());
    CliError::environment(message, "check its permissions and its disk")
}

/// Now, as every file system can keep it, because the index has the time of its tar before the tar is there.
fn coarse_now() -> SystemTime {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seconds = now.map_or(0, |now| now.as_secs());
    let coarse = seconds - seconds % COARSEST.as_secs();
    SystemTime::UNIX_EPOCH + Duration::from_secs(coarse)
}

fn nanoseconds(time: SystemTime) -> Option<i64> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    since.as_nanos().try_into().ok()
}

/// Writes an index to `path` and then its tar.
pub(super) fn write(out: &Path, path: &Path, mut index: Index, tar: &[u8]) -> Result<(), Failure> {
    let time = coarse_now();
    index.head.written = nanoseconds(time);
    let place = out.join(&index.head.tar);
    publish(path, &index.text()).map_err(|error| Failure::unwritable(path, &error))?;
    if fs::symlink_metadata(&place).is_ok() {
        return Err(Failure::tar_in_the_way(&place.display().to_string()));
    }
    publish_dated(&place, tar, time).map_err(|error| Failure::unwritable(&place, &error))
}

/// The size and the hash of a tar; none if it is not there.
pub(super) fn digest(path: &Path) -> Result<Option<(u64, Hash)>, String> {
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        found => {
            let length = found.map_err(|error| error.to_string())?.len();
            let hash = Hash::of_file(path).map_err(|error| error.to_string())?;
            Ok(Some((length, hash)))
        }
    }
}
