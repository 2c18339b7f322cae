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

use std::path::{Path, PathBuf};

use crate::args::Effective;
use crate::error::CliError;
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
    sheet::check(&options.sheets)
}
