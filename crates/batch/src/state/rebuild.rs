//! Deletes a damaged cache and rebuilds it from the results themselves.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::error::StateError;
use super::row::{Details, Known};
use super::snapshot::with_suffix;
use super::tables;
use super::writer::Writer;
use crate::files::fingerprint::{Hash, Stamp};
use crate::files::mark::{Occupant, occupant};

/// Files that belong to a database.
const PARTS: [&str; 3] = ["", "-wal", "-shm"];

/// Ending of a cache that is being made.
const NEW: &str = ".new";

/// Replaces the cache at `path` by a new one that lists the results in `out`; also returns a warning.
/// If the process is killed in between, the next run starts with an empty cache.
pub(super) fn replace(path: &Path, out: &Path) -> Result<(Writer, String), StateError> {
    let new = prepare_new(path)?;
    let mut writer = Writer::open(&new)?;
    let (adopted, unread) = adopt(&mut writer, out)?;
    drop(writer);
    put_in_place(&new, path)?;
    let unread = match unread {
        0 => String::new(),
        count => format!("; {count} could not be read"),
    };
    let warning = format!(
        "{} was damaged and has been replaced; {adopted} results will be remade{unread}",
        path.display()
    );
    Ok((Writer::open(path)?, warning))
}

/// The path at which a new cache is built, cleared of leftovers.
pub(super) fn prepare_new(path: &Path) -> io::Result<PathBuf> {
    let new = with_suffix(path, NEW);
    for part in PARTS {
        remove(&with_suffix(&new, part))?;
    }
    Ok(new)
}

/// Renames the new cache to `path`: it appears whole or not at all.
pub(super) fn put_in_place(new: &Path, path: &Path) -> Result<(), StateError> {
    tables::checkpoint(new)?;
    // SQLite would apply the log of the former cache to the new one.
    for part in ["-wal", "-shm"] {
        remove(&with_suffix(path, part))?;
    }
    Ok(fs::rename(new, path)?)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Adds a row for each result that exists, so that `verify` notices later changes; returns how many
/// were added, and how many could not be read. Pictures of other programs get no row: `verify` would
/// call them intact.
fn adopt(writer: &mut Writer, out: &Path) -> Result<(u64, u64), StateError> {
    let (mut adopted, mut unread) = (Vec::new(), 0);
    for (output, path) in results(out) {
        let (Ok(metadata), Ok(hash)) = (fs::metadata(&path), Hash::of_file(&path)) else {
            unread += 1;
            continue;
        };
        adopted.push(Known {
            output,
            stamp: Stamp::of_result(&metadata),
            hash,
            at: 0,
            origin: None,
            former: None,
            preset: None,
            details: Details::default(),
        });
    }
    writer.keep(&adopted)?;
    Ok((adopted.len() as u64, unread))
}

/// Every visible .jpg in `out` that may be a result: its relative path and its full path.
fn results(out: &Path) -> impl Iterator<Item = (PathBuf, PathBuf)> {
    let visible = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".")
    };
    let entries = WalkDir::new(out).into_iter().filter_entry(visible);
    let files = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file());
    let pictures = files.filter(|entry| entry.path().extension().is_some_and(|ext| ext == "jpg"));
    // What cannot be read stays in, because it is counted.
    let may_be_results = pictures.filter(|entry| {
        matches!(
            occupant(entry.path()),
            Occupant::Result | Occupant::NotAFile
        )
    });
    may_be_results.filter_map(move |entry| {
        let output = entry.path().strip_prefix(out).ok()?.to_path_buf();
        Some((output, entry.into_path()))
    })
}
