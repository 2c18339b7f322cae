//! Removes temporary files of killed runs, and leaves those of active ones. [`publish`] gives them
//! their names and locks.

use std::collections::HashSet;
use std::fs::{self, DirEntry, OpenOptions};
use std::path::Path;
use std::time::{Duration, SystemTime};

use fs4::fs_std::FileExt;

use super::publish;

/// A temporary file of another machine that is older than this is a leftover, because no picture
/// takes so long.
const FOREIGN: Duration = Duration::from_secs(24 * 60 * 60);

/// Sweeps every folder of `outputs` that exists.
pub fn stale<'a>(outputs: impl Iterator<Item = &'a Path>) {
    let folders: HashSet<&Path> = outputs.map(publish::folder).collect();
    for folder in folders {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries
            .filter(is_temporary)
            .for_each(|entry| remove(&entry));
    }
}

fn is_temporary(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    let name = name.to_str().unwrap_or_default();
    let is_ours = name.starts_with(publish::PREFIX) && name.ends_with(publish::SUFFIX);
    is_ours && entry.file_type().is_ok_and(|kind| kind.is_file())
}

/// Removes a leftover. On this machine an unlocked file is one, because a lock ends with its process.
/// For files of other machines, or from before the boot, only the age counts. Without lock support, or
/// without permission, the file stays.
fn remove(entry: &DirEntry) {
    let path = entry.path();
    let name = entry.file_name();
    let is_own = name
        .as_encoded_bytes()
        .starts_with(publish::own_prefix().as_bytes());
    if !is_own && !is_old(entry) {
        return;
    }
    let Ok(file) = OpenOptions::new().write(true).open(&path) else {
        return;
    };
    if matches!(file.try_lock_exclusive(), Ok(true)) {
        let _ = fs::remove_file(&path);
    }
}

fn is_old(entry: &DirEntry) -> bool {
    let written = entry.metadata().and_then(|found| found.modified());
    let age = written.map(|written| SystemTime::now().duration_since(written));
    matches!(age, Ok(Ok(age)) if age > FOREIGN)
}
