//! What is remembered of a result, and how a record tells it.

use std::io;
use std::path::Path;

use avatar_prepare::Avatar;

use crate::failure::Failure;
use crate::report::record::{FileRecord, UP_TO_DATE};
use crate::state::{Details, Known};

/// What a later record tells of this result.
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

/// Skipped, with what is known of the result that is there.
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
        ..FileRecord::skipped(source, UP_TO_DATE, "nothing changed since it was made")
    }
}

/// Failed, since the result could not be written.
pub(super) fn unwritable(source: &Path, output: &Path, error: &io::Error) -> FileRecord {
    FileRecord::failed(source, Some(output), Failure::unwritable(output, error))
}
