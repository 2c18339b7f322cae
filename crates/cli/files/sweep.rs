//! Removes temporary files that a run left when it was killed; those of runs that still write are
//! let be. Their names and locks are `publish`'s business.

use std::collections::HashSet;
use std::fs::{self, DirEntry, OpenOptions};
use std::path::Path;
use std::time::{Duration, SystemTime};

use fs4::fs_std::FileExt;

use super::publish;

/// No picture takes so long.
const FOREIGN: Duration = Duration::from_secs(24 * 60 * 60);

/// Sweeps every folder that results go to, as far as it exists.
pub(crate) fn stale<'a>(outputs: impl Iterator<Item = &'a Path>) {
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

/// This machine's locks tell: one ends with the process that holds it, however it ends. Of other
/// machines, and of before this one was started, only the age tells. Where locks are not known, or
/// the file may not be removed, it stays.
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
