//! `--dry-run` with `--pack`: what would be packed, read from the headers of the sources.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use avatar_prepare::{Preparer, Source};

use super::super::fetched::{source, without};
use super::super::item::Item;
use super::super::recorder::Recorder;
use super::super::recording::Recording;
use super::super::remote::Remote;
use super::pass::PackPass;
use crate::args::Options;
use crate::failure::Failure;
use crate::files::fingerprint::Stamp;
use crate::naming::Picture;
use crate::report::record::{Change, FileRecord};

/// Records for every picture what would happen to it.
pub(super) fn run(
    (options, remote): (&Options, Option<&Remote>),
    pass: &PackPass<'_>,
    pictures: Vec<Picture>,
    (report, stop): (&mut Recorder, &AtomicBool),
) {
    let mut preparer = options.preparer();
    let mut recording = Recording::new(report, pictures.len() as u64, stop);
    let mut each = |mut item: Item| {
        if let Some(placed) = item.pictures.first().filter(|_| item.object().is_none()) {
            let metadata = fs::metadata(&placed.picture.source).ok();
            item.stamp = metadata.as_ref().map(Stamp::of_source);
        }
        pass.settle(&mut item);
        for done in item.settled.drain(..) {
            recording.add(done.place, (done.record, None, None));
        }
        if item.pictures.is_empty() {
            return;
        }
        let source = source(&mut item);
        for placed in &item.pictures {
            let picture = &placed.picture;
            let record = match &source {
                Ok(source) => {
                    preparer.set_settings(pass.recipe_of(picture).settings.clone());
                    inspect(pass, picture, (&mut preparer, source))
                }
                Err(reason) => without(picture, reason).in_tar(None, None),
            };
            let record = record.for_platform(picture.preset());
            recording.add(placed.place, (record, None, None));
        }
    };
    let mut items = Item::of_each_source(pictures);
    match remote {
        Some(remote) => remote.beside(options, items, pass, stop, |looked| {
            looked.into_iter().for_each(&mut each);
        }),
        None => items
            .by_ref()
            .take_while(|_| !stop.load(Ordering::Relaxed))
            .for_each(&mut each),
    }
    recording.finish();
}

fn inspect(
    pass: &PackPass<'_>,
    picture: &Picture,
    (preparer, bytes): (&mut Preparer, &Source),
) -> FileRecord {
    let Picture { source, output, .. } = picture;
    match (preparer.inspect(bytes), picture.owner()) {
        (Ok(_), Some(owner)) => FileRecord::failed(source, None, Failure::collision(output, owner)),
        (Ok(inspection), None) => {
            let record = FileRecord::planned(source, output, &inspection).changing(Change::New);
            // Which tar it would come into depends on which pictures before it fail.
            record.in_tar(None, Some(&pass.key(picture)))
        }
        (Err(error), _) => FileRecord::failed(source, None, Failure::from(&error)),
    }
}
