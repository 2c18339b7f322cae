//! Delivers what fits: who gets what is settled and told before anything is sent.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use avatar_upload::{
    Delivery, Finished as Ended, GreenAccount, Journal, Pacer, Run, RunOptions, Speed,
};
use fs4::fs_std::FileExt;

use super::accounts::{self, Row};
use super::finished::{self, Finished};
use super::matching::{self, Matched};
use super::report::{self, Tally};
use super::results::Results;
use super::{callable, destination, no_journal, plan, state, token};
use crate::args::Options;
use crate::error::CliError;
use crate::exit::Exit;
use crate::interrupt;
use crate::made::Made;

/// After a run that made the results, only what it did not fail to make anew is sent.
pub(super) fn deliver(
    options: &Options,
    output: &Path,
    made: Option<&Made>,
) -> Result<Exit, CliError> {
    if made.is_none() {
        is_there(output)?;
    }
    let rows = accounts::read(&options.upload)?;
    let results = Results::find(options, output, made)?;
    let single = options.upload.accounts.is_none();
    let mut matched = matching::matched(rows, &results, single)?;
    if let Some(made) = made {
        matched.withhold(|row, picture| {
            row.named().is_some_and(|named| made.has_failed(&named))
                || made.is_stale(&matching::path(output, picture))
        });
    }
    report::left_over(options, &matched);
    if matched.is_empty() {
        let hint = "see the README for how they are matched";
        return Err(CliError::usage("no picture fits an account", hint));
    }
    let rows: Vec<Row> = matched.pairs.iter().map(|(row, _)| row.clone()).collect();
    let accounts = callable(options, &rows)?;
    if options.dry_run {
        return plan::tell(options, output, &matched, &accounts, made);
    }
    let (deliveries, unreadable) = deliveries(options, &matched, state::root(output))?;
    let ended = send(options, output, accounts, deliveries)?;
    Ok(Tally::new(&matched, unreadable, &ended).tell(options))
}

fn is_there(output: &Path) -> Result<(), CliError> {
    fs::metadata(output).map(drop).map_err(|error| {
        let output = output.display();
        let message = match error.kind() {
            ErrorKind::NotFound => format!("{output} is not there"),
            _ => format!("could not open {output}: {error}"),
        };
        CliError::usage(message, "name the folder that was written")
    })
}

/// Looks at the pictures; counts those that cannot be read.
fn deliveries(
    options: &Options,
    matched: &Matched,
    root: &Path,
) -> Result<(Vec<Delivery>, usize), CliError> {
    let mut deliveries = Vec::new();
    for (row, picture) in &matched.pairs {
        let preset = accounts::preset(row)?;
        match Finished::open(root.join(picture), preset) {
            Ok(contents) => deliveries.push(Delivery {
                account: row.label.clone(),
                picture: report::shown(picture),
                contents: Arc::new(contents),
            }),
            Err(why) => report::unreadable(options, row, picture, &why),
        }
    }
    let unreadable = matched.pairs.len() - deliveries.len();
    Ok((deliveries, unreadable))
}

fn send(
    options: &Options,
    output: &Path,
    accounts: Vec<GreenAccount>,
    deliveries: Vec<Delivery>,
) -> Result<Ended, CliError> {
    if deliveries.is_empty() {
        return Ok(Ended {
            outcomes: Vec::new(),
            stopped: None,
        });
    }
    let folder = state::folder(output);
    fs::create_dir_all(&folder).map_err(|error| no_journal(&error))?;
    let _lock = lock(&folder)?;
    let journal = Journal::open(&state::journal(options, output));
    let journal = journal.map_err(|error| no_journal(&error))?;
    let pacer = Pacer::open(pace_folder(options, &folder)).map_err(|error| no_journal(&error))?;
    let destination = destination(options, accounts)?;
    let run = Run {
        destination: &destination,
        journal: &journal,
        pacer: &pacer,
        options: RunOptions {
            senders: options.upload.senders,
            resend: options.upload.resend,
            speed: Speed::new(options.upload.speed),
            deadline: options.upload.deadline,
        },
        compare: options.upload.compare.then_some(&finished::compare),
        listener: &|event| report::event(options, event),
    };
    Ok(run.deliver(deliveries, &interrupt::stop_flag()))
}

/// One upload of a folder at a time; the lock ends with the process.
fn lock(folder: &Path) -> Result<fs::File, CliError> {
    let file = fs::File::create(folder.join("upload.lock")).map_err(|error| no_journal(&error))?;
    match FileExt::try_lock_exclusive(&file) {
        Ok(true) => Ok(file),
        Ok(false) => {
            let message = "another upload of this folder is running";
            Err(CliError::usage(message, "wait for its end"))
        }
        Err(error) => Err(no_journal(&error)),
    }
}

/// The user's own folder, so that uploads from different folders keep the distance of an account
/// together; without one, the results'. A rehearsal says nothing about real accounts.
pub(super) fn pace_folder(options: &Options, state: &Path) -> PathBuf {
    let name = match options.upload.rehearsal {
        Some(_) => "rehearsal-pace",
        None => "pace",
    };
    let home = |variable: &str, below: &str| {
        token::variable(variable).map(|home| Path::new(&home).join(below).join(name))
    };
    home("XDG_STATE_HOME", "avatar-prep")
        .or_else(|| home("LOCALAPPDATA", "avatar-prep"))
        .or_else(|| home("HOME", ".local/state/avatar-prep"))
        .unwrap_or_else(|| state.join(name))
}
