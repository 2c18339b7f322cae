//! Converts between results, cache rows and records.

use std::io;
use std::path::Path;

use avatar_prepare::{Avatar, Note};

use crate::failure::Failure;
use crate::naming::Picture;
use crate::report::framing::{Framing, hex};
use crate::report::record::{Change, FileRecord, UP_TO_DATE};
use crate::state::Details;

/// The details that the cache keeps of a result, for later records.
pub(crate) fn details(avatar: &Avatar) -> Details {
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

/// Stands before the code of a note that is a warning.
const WARNING: char = '!';

/// A note as the cache keeps it: its code and its words.
fn remembered(note: &Note) -> String {
    let code = note.code();
    match note.is_warning() {
        true => format!("{WARNING}{code}\t{note}"),
        false => format!("{code}\t{note}"),
    }
}

/// A note from the cache. Earlier versions kept the words only.
struct Recalled {
    code: String,
    words: String,
    is_warning: bool,
}

impl Recalled {
    fn of(note: &str) -> Self {
        let (code, words) = note.split_once('\t').unwrap_or(("", note));
        Self {
            code: code.trim_start_matches(WARNING).into(),
            words: words.into(),
            is_warning: code.starts_with(WARNING),
        }
    }
}

/// The record of a picture that was skipped because its result is up to date.
pub(super) fn up_to_date(picture: &Picture, details: &Details, bytes: u64) -> FileRecord {
    let details = details.clone();
    let notes: Vec<Recalled> = details
        .notes
        .iter()
        .map(|note| Recalled::of(note))
        .collect();
    let warnings = notes.iter().filter(|note| note.is_warning);
    let warnings = warnings.map(|note| note.words.clone()).collect();
    let (flags, notes) = notes
        .into_iter()
        .map(|note| (note.code, note.words))
        .unzip();
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
