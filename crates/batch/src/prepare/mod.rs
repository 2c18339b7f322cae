//! `avatar-prep IN... OUT`: prepares pictures.

mod batch;
mod chosen;
mod decided;
mod dry_run;
mod empty;
mod feed;
mod fetched;
mod guard;
mod history;
mod item;
mod known;
mod large;
mod other_run;
mod packed;
mod pass_work;
mod passes;
mod plan_order;
mod recorder;
mod recording;
mod remake;
mod remote;
mod removed;
mod run;
mod sample;
mod several;
mod stream;
mod to_store;
mod unused;
mod watch;
mod watching;
mod work;
mod writable;

pub use known::details;
pub use remake::remake;
pub use run::{run, run_watched};

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::args::{Effective, Options};
use crate::error::CliError;
use crate::naming::places::Places;
use crate::report::deliveries::{self, Existing};
use crate::sheet;

/// Refuses options that make no sense together, before anything is read.
pub fn check(effective: &Effective, inputs: &[PathBuf], output: &Path) -> Result<(), CliError> {
    watch::check(&effective.options, inputs, output)?;
    remote::check(&effective.options, inputs, output)?;
    packed::check(&effective.options, inputs, output)?;
    several::check(effective, inputs, output)?;
    let options = &effective.options;
    let existing = match options.upload.after_preparing {
        true => Existing::BesidePictures,
        false => Existing::Alone,
    };
    let mut reports = options.reports.iter();
    reports.try_for_each(|path| deliveries::check(path, existing))?;
    sheet::check(&options.sheets)?;
    refuse_same(options, existing)
}

/// Refuses two reports or sheets at one path: one of them would be lost.
fn refuse_same(options: &Options, existing: Existing) -> Result<(), CliError> {
    let mut files = options.sheets.clone();
    for report in &options.reports {
        files.extend(deliveries::files(report, existing)?);
    }
    let (mut places, mut seen) = (Places::default(), HashSet::new());
    match files.iter().find(|file| !seen.insert(places.of(file))) {
        None => Ok(()),
        Some(file) => {
            let message = format!("--report, --sheet: {} is written twice", file.display());
            Err(CliError::usage(message, "give each file a name of its own"))
        }
    }
}
