//! `--dry-run`: what a run would make, skip and refuse, and what it would cost. Nothing is written.

use std::fs;

use avatar_prepare::{Preparer, Source};

use super::recorder::Recorder;
use super::sample::Planned;
use super::work::Pass;
use crate::args::Options;
use crate::failure::Failure;
use crate::files::fingerprint::Stamp;
use crate::naming::Picture;
use crate::report::record::FileRecord;

/// Records for every picture what would happen to it.
pub(crate) fn run(options: &Options, pass: &Pass<'_>, pictures: &[Picture], report: &mut Recorder) {
    let mut preparer = options.preparer();
    let mut planned = Planned::default();
    for picture in pictures {
        let settled = up_to_date(pass, picture).or_else(|| pass.refusal(picture));
        let record = match settled {
            Some(record) => record,
            None => {
                preparer.set_settings(pass.recipe_of(picture).settings.clone());
                inspect(pass, picture, &mut preparer, &mut planned)
            }
        };
        if !report.file(record.for_platform(picture.preset)) {
            return;
        }
    }
    if let Some(prediction) = planned.predict(options) {
        report.summary().predict(prediction);
    }
}

fn up_to_date(pass: &Pass<'_>, picture: &Picture) -> Option<FileRecord> {
    let metadata = fs::metadata(&picture.source).ok()?;
    let done = pass.up_to_date(picture, Stamp::of_source(&metadata))?;
    Some(done.record)
}

fn inspect(
    pass: &Pass<'_>,
    picture: &Picture,
    preparer: &mut Preparer,
    planned: &mut Planned,
) -> FileRecord {
    let Picture { source, output, .. } = picture;
    let inspected = preparer.inspect(&Source::Path(source.clone()));
    match (inspected, &picture.owner) {
        (Ok(_), Some(owner)) => {
            FileRecord::failed(source, Some(output), Failure::collision(output, owner))
        }
        (Ok(inspection), None) => {
            planned.add(source, &inspection, &pass.recipe_of(picture).settings);
            let record = FileRecord::planned(source, output, &inspection);
            record
                .noting(pass.trouble(output))
                .changing(pass.change_of(output))
        }
        (Err(error), _) => FileRecord::failed(source, Some(output), Failure::from(&error)),
    }
}
