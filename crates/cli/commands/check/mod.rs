//! `avatar-prep check FILES...`: verifies that existing pictures, made by any program, are what
//! platforms accept. Every file is decoded whole. `verify` instead compares results with what was
//! written.

mod checked;
mod github;
mod judge;
mod record;
mod text;

use std::fs;
use std::path::{Path, PathBuf};

use avatar_batch::args::Options;
use avatar_batch::args::presets::Preset;
use avatar_batch::error::CliError;
use avatar_batch::exit::Exit;
use avatar_batch::failure::Failure;
use avatar_batch::files::inputs::{self, Found, Kind, Search};
use avatar_batch::files::parallel;
use avatar_batch::report::console;
use avatar_prepare::{Error, Limit, LimitExceeded};

use crate::command::CheckFormat;
use crate::finished::Fault;
use checked::Checked;
use judge::{Facts, judge};
use record::{CheckRecord, Summary};

/// Checks all pictures among `files`, and prints what is wrong.
pub(crate) fn run(
    options: &Options,
    files: &[PathBuf],
    format: CheckFormat,
) -> Result<Exit, CliError> {
    if options.json && format == CheckFormat::Github {
        let message = "--json cannot be combined with --format github";
        return Err(CliError::usage(message, "choose one of them"));
    }
    let found = inputs::find(Search {
        inputs: files,
        output: Path::new(""),
        results_as_input: true,
        selection: &options.selection,
    })?;
    let found: Vec<Found> = found.into_iter().filter(is_checked).collect();
    if found.is_empty() && !options.allow_empty {
        return Err(CliError::usage(
            "no picture to check",
            "name pictures or folders with pictures; add --allow-empty if there may be none",
        ));
    }
    let checked = parallel::map(&found, options.jobs, |found| check(options, found));
    let mut summary = Summary::new(&options.presets);
    let mut stdout_open = true;
    for checked in &checked {
        summary.add(checked);
        stdout_open = stdout_open && print(options, format, checked).is_ok();
    }
    let written = match format {
        CheckFormat::Github => github::table(&checked, &summary)?,
        CheckFormat::Text => true,
    };
    if options.json {
        stdout_open = stdout_open && console::print_record(&summary).is_ok();
    } else if !options.quiet {
        console::print_line(&summary.sentence());
    }
    match summary.failed {
        0 if stdout_open && written => Ok(Exit::AllDone),
        _ => Ok(Exit::SomeFailed),
    }
}

/// Pictures, and what may be pictures that cannot be read.
fn is_checked(found: &Found) -> bool {
    matches!(
        found.kind,
        Kind::Picture | Kind::BadSidecar { .. } | Kind::Unreadable(_)
    )
}

fn check(options: &Options, found: &Found) -> Checked {
    let read = match &found.kind {
        Kind::Unreadable(error) => Err(unreadable(error)),
        _ => read(&found.source, options.limits.encoded_bytes),
    };
    let (facts, general) = match read {
        Ok(bytes) => judge(&bytes, &options.limits),
        Err(fault) => (Facts::default(), vec![fault]),
    };
    let none = [None];
    let presets: Vec<Option<&'static Preset>> = match options.presets.as_slice() {
        [] => none.into(),
        presets => presets.iter().copied().map(Some).collect(),
    };
    let faults = presets.into_iter().map(|preset| {
        let faults = judge::for_platform(&facts, &general, preset);
        (preset.map(|preset| preset.name), faults)
    });
    Checked {
        file: found.source.to_path_buf(),
        faults: faults.collect(),
        facts,
    }
}

/// The whole file, unless it is longer than the limit.
fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Fault> {
    let metadata = fs::metadata(path).map_err(|error| unreadable(&error))?;
    if metadata.len() > limit {
        let error = Error::Limit(LimitExceeded {
            limit: Limit::EncodedBytes,
            found: metadata.len(),
            allowed: limit,
        });
        let hint = judge::of_limit(&error);
        return Err(Fault::new("limit_exceeded", error.to_string(), hint));
    }
    fs::read(path).map_err(|error| unreadable(&error))
}

fn unreadable(error: &std::io::Error) -> Fault {
    let message = Failure::unreadable(error).message;
    Fault::new("io", message, "check that the file exists and is readable")
}

fn print(options: &Options, format: CheckFormat, checked: &Checked) -> std::io::Result<()> {
    match format {
        _ if options.json => {
            let mut records = CheckRecord::all(checked);
            records.try_for_each(|record| console::print_record(&record))
        }
        CheckFormat::Github => {
            github::annotate(checked);
            Ok(())
        }
        CheckFormat::Text => {
            text::print(options, checked);
            Ok(())
        }
    }
}
