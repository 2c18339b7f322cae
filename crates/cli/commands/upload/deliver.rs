//! Delivers the pictures that have an account. Which account gets which picture is decided and
//! printed before anything is sent.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use avatar_upload::{
    Contents, Delivery, Finished as Ended, Journal, Many, Pacer, Run, RunOptions, Speed,
};
use fs4::fs_std::FileExt;

use super::accounts;
use super::finished::{self, Finished};
use super::matching::{self, Matched};
use super::progress::Progress;
use super::report::{self, Tally};
use super::results::Results;
use super::row::Row;
use super::{destination, no_journal, plan, services, state, token};
use crate::args::Options;
use crate::error::CliError;
use crate::exit::Exit;
use crate::interrupt;
use crate::made::Made;

/// Delivers results. After a run that prepared them, results whose source failed in that run are
/// not sent.
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
        let hint = "see docs/upload.md for how they are matched";
        return Err(CliError::usage("no picture fits an account", hint));
    }
    let rows: Vec<Row> = matched.pairs.iter().map(|(row, _)| row.clone()).collect();
    let destination = destination(options, &rows)?;
    if options.dry_run {
        return plan::tell(options, output, &matched, &destination, made);
    }
    let (deliveries, unreadable) = deliveries(options, &matched, output)?;
    let ended = send(options, output, &destination, deliveries)?;
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

/// Hashes the pictures; counts those that cannot be read.
fn deliveries(
    options: &Options,
    matched: &Matched,
    output: &Path,
) -> Result<(Vec<Delivery>, usize), CliError> {
    let root = state::root(output);
    let mut deliveries = Vec::new();
    // If nothing was ever delivered from here, create no journal for pictures that cannot be sent
    // anyway.
    let mut is_unproven = !state::folder(output).is_dir();
    for (row, picture) in &matched.pairs {
        let preset = services::preset(row)?;
        match Finished::open(root.join(picture), preset) {
            Ok(contents) if is_unproven && contents.load().is_err() => {
                if let Err(verdict) = contents.load() {
                    let why = [verdict.code, &verdict.text, verdict.hint];
                    report::rejected(options, row, picture, why);
                }
            }
            Ok(contents) => {
                is_unproven = false;
                deliveries.push(Delivery {
                    account: row.label.clone(),
                    picture: report::shown(picture),
                    contents: Arc::new(contents),
                });
            }
            Err(why) => report::unreadable(options, row, picture, &why),
        }
    }
    let unreadable = matched.pairs.len() - deliveries.len();
    Ok((deliveries, unreadable))
}

fn send(
    options: &Options,
    output: &Path,
    destination: &Many,
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
    let progress = Progress::default();
    let run = Run {
        destination,
        journal: &journal,
        pacer: &pacer,
        options: RunOptions {
            senders: options.upload.senders,
            resend: options.upload.resend,
            speed: Speed::new(options.upload.speed),
            deadline: options.upload.deadline,
            verify: options.upload.compare,
        },
        compare: &finished::compare,
        listener: &|event| {
            progress.hear(event);
            report::event(options, event);
        },
    };
    let stop = interrupt::stop_flag();
    Ok(thread::scope(|scope| {
        if !options.quiet && !options.json {
            scope.spawn(|| progress.tell());
        }
        let ended = run.deliver(deliveries, &stop);
        progress.end();
        ended
    }))
}

/// Allows one upload of a folder at a time; the lock ends with the process.
fn lock(folder: &Path) -> Result<fs::File, CliError> {
    let file = fs::File::create(folder.join("upload.lock")).map_err(|error| no_journal(&error))?;
    match FileExt::try_lock_exclusive(&file) {
        Ok(true) => Ok(file),
        Ok(false) => {
            let message = "another upload of this folder is running";
            Err(CliError::busy(message, "wait for its end"))
        }
        Err(error) => Err(no_journal(&error)),
    }
}

/// The folder with the times of the last sends. It belongs to the user, so that uploads from
/// different folders of results keep the pause between sends to one account; if the user has no
/// such folder, it is in the folder of results. A rehearsal has its own, because it says nothing
/// about real accounts.
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
