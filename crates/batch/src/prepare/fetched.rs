//! The bytes of a source that is an object, or why there are none.

use avatar_prepare::{Format, OtherKind, Source};
use avatar_stores::StoreError;

use super::item::{Done, Item};
use crate::failure::Failure;
use crate::files::object::Fetched;
use crate::naming::Picture;
use crate::report::record::FileRecord;

/// The first bytes of an object that are fetched to see whether it is a picture.
pub(super) const START: u64 = 1024;

/// Why an object has no bytes.
pub(super) enum NoBytes {
    Failed(StoreError),
    NotAPicture,
    /// Its result was up to date when it would have been fetched, and no longer is.
    NotFetched,
}

/// The source of an item. The bytes of an object are taken out of it.
pub(super) fn source(item: &mut Item) -> Result<Source, NoBytes> {
    if item.object().is_none() {
        let first = item
            .pictures
            .first()
            .map(|it| it.picture.source.to_path_buf());
        return Ok(Source::Path(first.unwrap_or_default()));
    }
    match item.fetched.take() {
        Some(Fetched::Body(body)) => Ok(Source::Bytes(body.into_bytes())),
        Some(Fetched::Failed(error)) => Err(NoBytes::Failed(error)),
        Some(Fetched::NotAPicture) => Err(NoBytes::NotAPicture),
        None => Err(NoBytes::NotFetched),
    }
}

/// The record of a picture without bytes.
pub(super) fn without(picture: &Picture, reason: &NoBytes) -> FileRecord {
    let source = &picture.source;
    let failure = match reason {
        NoBytes::Failed(error) => Failure::from(error),
        NoBytes::NotFetched => Failure::changed_meanwhile(),
        NoBytes::NotAPicture => {
            let message = "not an image (by content or by name)";
            return FileRecord::skipped(source, "not_a_picture", message);
        }
    };
    FileRecord::failed(source, Some(&picture.output), failure)
}

/// The outcome of every result of an item without bytes.
pub(super) fn all_without(item: &mut Item, reason: &NoBytes) -> Vec<Done> {
    let mut all = std::mem::take(&mut item.settled);
    let time = item.start.elapsed();
    all.extend(item.pictures.drain(..).map(|placed| {
        let record = without(&placed.picture, reason);
        let record = record.for_platform(placed.picture.preset()).took(time);
        Done::only(placed.place, record)
    }));
    all
}

/// Whether an object with this start can be a picture.
pub(super) fn can_be_a_picture(start: &[u8]) -> bool {
    match Format::recognize(start) {
        Some(format) if format.is_surely_a_picture() => true,
        _ => {
            Format::is_undecided(start)
                || OtherKind::recognize(start).is_some_and(OtherKind::is_picture)
        }
    }
}
