//! `--dry-run` with results in a store: what would be made, read from the headers of the sources.

use std::sync::atomic::AtomicBool;

use avatar_prepare::{Preparer, Source};

use super::super::fetched::{source, without};
use super::super::remote::Remote;
use super::item::{Outcome, StoreItem};
use super::pass::StorePass;
use crate::args::Options;
use crate::failure::Failure;
use crate::naming::Picture;
use crate::objects::results::Results;
use crate::report::record::{Change, FileRecord};

/// Records for every picture what would happen to it.
pub(super) fn run(
    (options, remote): (&Options, &Remote),
    results: &Results,
    items: impl Iterator<Item = StoreItem> + Send,
    stop: &AtomicBool,
    mut record: impl FnMut(Outcome),
) {
    let pass = StorePass::new(options, results, None);
    let mut preparer = options.preparer();
    let each = |mut item: StoreItem| {
        if item.item.object().is_none() {
            pass.settle_by_content(&mut item);
        }
        item.take_settled().into_iter().for_each(&mut record);
        if item.slots.is_empty() {
            return;
        }
        let source = source(&mut item.item);
        for (slot, placed) in item.slots.iter().zip(&item.item.pictures) {
            let picture = &placed.picture;
            let change = match slot.row {
                Some(_) => Change::Changed,
                None => Change::New,
            };
            let found = match &source {
                Ok(source) => {
                    let settings = pass.pass.recipe_of(picture).settings.clone();
                    preparer.set_settings(settings);
                    inspect(&mut preparer, picture, source).changing(change)
                }
                Err(reason) => without(picture, reason),
            };
            record(Outcome {
                place: placed.place,
                record: found.for_platform(picture.preset()),
                hash: None,
                row: None,
            });
        }
    };
    remote.beside(options, items, &pass, stop, |looked| {
        looked.into_iter().for_each(each);
    });
}

fn inspect(preparer: &mut Preparer, picture: &Picture, bytes: &Source) -> FileRecord {
    let Picture { source, output, .. } = picture;
    match (preparer.inspect(bytes), picture.owner()) {
        (Ok(_), Some(owner)) => {
            FileRecord::failed(source, Some(output), Failure::collision(output, owner))
        }
        (Ok(inspection), None) => FileRecord::planned(source, output, &inspection),
        (Err(error), _) => FileRecord::failed(source, Some(output), Failure::from(&error)),
    }
}
