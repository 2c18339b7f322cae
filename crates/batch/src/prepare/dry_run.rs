//! `--dry-run`: what a run would make, skip and refuse, and what it would cost. Nothing is written.

use std::fs;

use avatar_prepare::{Preparer, Source};

use super::fetched::{source, without};
use super::guard::Seen;
use super::item::Item;
use super::recorder::Recorder;
use super::recording::Recording;
use super::remote::Remote;
use super::sample::Planned;
use super::work::Pass;
use crate::args::Options;
use crate::failure::Failure;
use crate::files::fingerprint::Stamp;
use crate::interrupt;
use crate::naming::Picture;
use crate::report::record::FileRecord;

/// Records for every picture what would happen to it.
pub(super) fn run(options: &Options, pass: &Pass<'_>, pictures: &[Picture], report: &mut Recorder) {
    let mut preparer = options.preparer();
    let mut planned = Planned::default();
    for picture in pictures {
        let settled =
            up_to_date(pass, picture).or_else(|| pass.refusal(picture, &mut Seen::default()));
        let record = match settled {
            Some(record) => record,
            None => {
                preparer.set_settings(pass.recipe_of(picture).settings.clone());
                let source = Source::Path(picture.source.to_path_buf());
                inspect(pass, picture, (&mut preparer, &source), Some(&mut planned))
            }
        };
        if !report.file(record.for_platform(picture.preset())) {
            return;
        }
    }
    if let Some(prediction) = planned.predict(options) {
        report.summary().predict(prediction);
    }
}

/// The same for a run with sources in stores, which are fetched to read their headers. What the run
/// would cost is not predicted.
pub(super) fn run_remote(
    (options, remote): (&Options, &Remote),
    pass: &Pass<'_>,
    pictures: Vec<Picture>,
    report: &mut Recorder,
) {
    let mut preparer = options.preparer();
    let stop = interrupt::stop_flag();
    let mut recording = Recording::new(report, pictures.len() as u64, &stop);
    let items = Item::of_each_source(pictures);
    remote.each(options, items, pass, &stop, |mut item| {
        let source = source(&mut item);
        pass.settle(&mut item);
        for done in item.settled.drain(..) {
            recording.add(done.place, (done.record, None, None));
        }
        for placed in item.pictures.drain(..) {
            let picture = &placed.picture;
            let record = match &source {
                Ok(source) => {
                    preparer.set_settings(pass.recipe_of(picture).settings.clone());
                    inspect(pass, picture, (&mut preparer, source), None)
                }
                Err(reason) => without(picture, reason),
            };
            let record = record.for_platform(picture.preset());
            recording.add(placed.place, (record, None, None));
        }
    });
    recording.finish();
}

fn up_to_date(pass: &Pass<'_>, picture: &Picture) -> Option<FileRecord> {
    let metadata = fs::metadata(&picture.source).ok()?;
    let done = pass.up_to_date(picture, Stamp::of_source(&metadata))?;
    Some(done.record)
}

fn inspect(
    pass: &Pass<'_>,
    picture: &Picture,
    (preparer, source_bytes): (&mut Preparer, &Source),
    planned: Option<&mut Planned>,
) -> FileRecord {
    let Picture { source, output, .. } = picture;
    let inspected = preparer.inspect(source_bytes);
    match (inspected, picture.owner()) {
        (Ok(_), Some(owner)) => {
            FileRecord::failed(source, Some(output), Failure::collision(output, owner))
        }
        (Ok(inspection), None) => {
            if let Some(planned) = planned {
                planned.add(source, &inspection, &pass.recipe_of(picture).settings);
            }
            let record = FileRecord::planned(source, output, &inspection);
            record
                .noting(pass.trouble(output))
                .changing(pass.change_of(output))
        }
        (Err(error), _) => FileRecord::failed(source, Some(output), Failure::from(&error)),
    }
}
