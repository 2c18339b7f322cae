//! `--watch`: keeps preparing new and changed pictures until interrupted.
//!
//! Each pass is a run over all inputs, in which up-to-date results cost next to nothing. So a repeated
//! notification does no harm, and every guarantee of a run holds. [`watching`](super::watching) decides
//! when a pass starts.

use std::path::{Path, PathBuf};

use super::passes::Run;
use super::watching::Watching;
use crate::args::Options;
use crate::error::CliError;
use crate::exit::Exit;
use crate::interrupt;
use crate::made::Made;
use crate::naming::{self, Target};

/// Refuses options that make no sense together with watching.
pub(super) fn check(options: &Options, inputs: &[PathBuf], output: &Path) -> Result<(), CliError> {
    if !options.watch {
        return Ok(());
    }
    let is_stream = output == Path::new("-") || inputs.iter().any(|input| input == Path::new("-"));
    let (other, hint) = if options.dry_run {
        ("--dry-run", "drop one of them")
    } else if !options.reports.is_empty() {
        (
            "--report",
            "a report is written at the end of a run: use --json",
        )
    } else if !options.sheets.is_empty() {
        ("--sheet", "a sheet is written at the end of a run")
    } else if options.upload.after_preparing {
        ("--upload", "run avatar-prep upload OUT separately")
    } else if is_stream {
        ("a stream", "name folders")
    } else if matches!(naming::target(inputs, output)?, Target::File(_)) {
        ("a single result", "choose a folder for the results")
    } else {
        return Ok(());
    };
    Err(CliError::usage(
        format!("--watch cannot be combined with {other}"),
        hint,
    ))
}

/// Prepares what exists, then what arrives.
pub(super) fn run(run: &mut Run<'_>, inputs: &[PathBuf], out: &Path) -> Result<Made, CliError> {
    let stop = interrupt::stop_flag();
    // Watching starts before the first pass, so that no change falls between the two.
    let mut watching = Watching::begin(inputs, out)?;
    let mut made = run.pass()?;
    let mut unsettled = false;
    while made.exit != Exit::Interrupted && watching.wait(&stop, unsettled) {
        let (next, later) = run.next_pass()?;
        unsettled = later;
        if next.exit != Exit::AllDone {
            made = next;
        }
    }
    Ok(made)
}
