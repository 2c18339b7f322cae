//! Converts between results, cache rows and records.

use std::io;
use std::path::Path;

use avatar_prepare::Avatar;

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
        notes: avatar.notes().iter().map(ToString::to_string).collect(),
    }
}

/// The record of a picture that was skipped because its result is up to date.
pub(super) fn up_to_date(source: &Path, output: &Path, known: &Known) -> FileRecord {
    let details = known.details.clone();
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
        notes: details.notes,
        change: Some(Change::Same),
        ..FileRecord::skipped(source, UP_TO_DATE, "unchanged since the last run")
    }
}

/// The record of a picture whose result could not be written.
pub(super) fn unwritable(source: &Path, output: &Path, error: &io::Error) -> FileRecord {
    FileRecord::failed(source, Some(output), Failure::unwritable(output, error))
}
