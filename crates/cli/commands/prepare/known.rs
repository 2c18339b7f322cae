//! Converts between results, cache rows and records.

use std::io;
use std::path::Path;

use avatar_prepare::{Avatar, Note};

use crate::failure::Failure;
use crate::report::record::{Change, FileRecord, UP_TO_DATE};
use crate::state::{Details, Known};

/// The details that the cache keeps of a result, for later records.
pub(super) fn details(avatar: &Avatar) -> Details {
    let probe = avatar.probe();
    Details {
        format: Some(probe.format().name().into()),
        width: Some(probe.width()),
        height: Some(probe.height()),
        orientation: Some(probe.orientation().exif()),
        edge: Some(avatar.edge()),
        quality: Some(avatar.quality()),
        subsampling: Some(avatar.subsampling().to_string()),
        notes: avatar.notes().iter().map(remembered).collect(),
    }
}

/// A note as the cache stores it: its code and its text.
fn remembered(note: &Note) -> String {
    format!("{}\t{note}", note.code())
}

/// Code and text of a note from the cache. Earlier versions stored only the text.
fn recalled(note: &str) -> (String, String) {
    let (code, words) = note.split_once('\t').unwrap_or(("", note));
    (code.into(), words.into())
}

/// The record of a picture that was skipped because its result is up to date.
pub(super) fn up_to_date(source: &Path, output: &Path, known: &Known) -> FileRecord {
    let details = known.details.clone();
    let (flags, notes) = details.notes.iter().map(|note| recalled(note)).unzip();
    FileRecord {
        output: Some(output.display().to_string()),
        format: details.format,
        width: details.width,
        height: details.height,
        orientation: details.orientation,
        size: details.edge,
        bytes: Some(known.stamp.bytes),
        quality: details.quality,
        subsampling: details.subsampling,
        notes,
        flags,
        change: Some(Change::Same),
        ..FileRecord::skipped(source, UP_TO_DATE, "unchanged since the last run")
    }
}

/// The record of a picture whose result could not be written.
pub(super) fn unwritable(source: &Path, output: &Path, error: &io::Error) -> FileRecord {
    FileRecord::failed(source, Some(output), Failure::unwritable(output, error))
}
