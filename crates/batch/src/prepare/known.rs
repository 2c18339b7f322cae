//! Converts between results, cache rows and records.

use std::io;
use std::path::Path;

use avatar_prepare::{Avatar, Note};

use crate::failure::Failure;
use crate::hints;
use crate::naming::Picture;
use crate::report::framing::{Framing, hex};
use crate::report::record::{Change, FileRecord, UP_TO_DATE};
use crate::state::{Details, KeptNote};

/// The details that the cache keeps of a result, for later records.
pub fn details(avatar: &Avatar) -> Details {
    let probe = avatar.probe();
    let framing = Framing::of(avatar.frame(), avatar.background());
    Details {
        format: Some(probe.format().name().into()),
        width: Some(probe.width()),
        height: Some(probe.height()),
        orientation: Some(probe.orientation().exif()),
        edge: Some(avatar.edge()),
        quality: Some(avatar.quality()),
        subsampling: Some(avatar.subsampling().to_string()),
        notes: avatar.notes().iter().map(remembered).collect(),
        background: avatar.background().map(hex),
        framing: serde_json::to_string(&framing).ok(),
        perceptual_hash: avatar.perceptual_hash().map(|hash| hash.to_string()),
    }
}

/// A note as the cache keeps it.
fn remembered(note: &Note) -> String {
    let kept = KeptNote {
        code: note.code(),
        words: &hints::noted(note),
        is_warning: note.is_warning(),
    };
    kept.text()
}

/// The record of a picture that was skipped because its result is up to date.
pub(super) fn up_to_date(picture: &Picture, details: &Details, bytes: u64) -> FileRecord {
    let notes = details.kept_notes().map(|note| note.words.into());
    let (notes, flags) = (notes.collect(), details.flags().collect());
    let warnings = details.warnings().map(Into::into).collect();
    let details = details.clone();
    FileRecord {
        output: Some(picture.output.display().to_string()),
        format: details.format,
        width: details.width,
        height: details.height,
        orientation: details.orientation,
        size: details.edge,
        bytes: Some(bytes),
        quality: details.quality,
        subsampling: details.subsampling,
        background: details.background,
        framing: details
            .framing
            .and_then(|it| serde_json::from_str(&it).ok()),
        notes,
        flags,
        warnings,
        change: Some(Change::Same),
        ..FileRecord::skipped(&picture.source, UP_TO_DATE, "unchanged since the last run")
    }
}

/// The record of a picture whose result could not be written.
pub(super) fn unwritable(source: &Path, output: &Path, error: &io::Error) -> FileRecord {
    FileRecord::failed(source, Some(output), Failure::unwritable(output, error))
}
