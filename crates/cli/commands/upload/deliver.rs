//! Delivers the pictures that have an account. Which account gets which picture is decided and
//! printed before anything is sent.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use avatar_batch::args::Options;
use avatar_batch::args::presets::Preset;
use avatar_batch::error::CliError;
use avatar_batch::exit::Exit;
use avatar_batch::interrupt;
use avatar_batch::made::Made;
use avatar_batch::objects::address::address;
use avatar_batch::packs::place::refuse_packed;
use avatar_batch::report::deliveries::Existing;
use avatar_stores::Address;
use avatar_upload::{
    Contents, Delivery, Destination, Finished, Journal, Run, RunOptions, TimeScale,
};
use fs4::fs_std::FileExt;

use super::accounts;
use super::finished::{self, FinishedPicture, Open};
use super::folders::Reserved;
use super::from_store::{self, Stored};
use super::gate::Gate;
use super::hints::in_flags;
use super::matching::{self, Matched};
use super::progress::Progress;
use super::report::{self, Reporter};
use super::results::Results;
use super::row::AccountRow;
use super::state::no_journal;
use super::tally::Tally;
use super::{pacing, places, plan, services};

/// Delivers results. After a run that prepared them, results whose source failed in that run are
/// not sent.
pub(super) fn deliver(
    options: &Options,
    output: &Path,
    made: Option<&Made>,
) -> Result<Exit, CliError> {
    if let Some(out) = address(output)? {
        return from_store(options, &out, made);
    }
    refuse_packed(output, "upload")?;
    if made.is_none() {
        is_there(output)?;
    }
    let rows = accounts::read(&options.upload)?;
    let results = Results::find(options, output, made)?;
    Reserved::of(output, results.sources(), made).refuse(&rows)?;
    let single = options.upload.accounts.is_none();
    let mut matched = matching::matched(rows, &results, single)?;
    if let Some(made) = made {
        matched.withhold(output, made, &results);
    }
    let root = places::root(output);
    let open = |picture: &Path, preset| {
        let contents = FinishedPicture::open(root.join(picture), preset)?;
        Ok(Arc::new(contents) as Arc<dyn Contents>)
    };
    let hashed = hashed(options, &matched, &open)?;
    matched.hold(&Gate::open(options, output, made)?)?;
    let open = |picture: &Path, preset: &'static Preset| {
        let found = hashed.get(&(picture.to_path_buf(), preset.name));
        found.map_or_else(|| open(picture, preset), Clone::clone)
    };
    deliver_matched((options, &open), output, &matched, made)
}

/// Pictures by their path and the platform of their account.
type Hashed = HashMap<(PathBuf, &'static str), Result<Arc<dyn Contents>, String>>;

/// Hashes the pictures before the gate judges them. What another run makes of a picture after that has another hash,
/// and is never sent; what it made before is what the gate looks at.
fn hashed(options: &Options, matched: &Matched, open: &Open<'_>) -> Result<Hashed, CliError> {
    let mut hashed = Hashed::new();
    if options.dry_run {
        return Ok(hashed);
    }
    for (row, picture) in &matched.pairs {
        let preset = services::preset(row)?;
        let key = (picture.clone(), preset.name);
        hashed.entry(key).or_insert_with(|| open(picture, preset));
    }
    Ok(hashed)
}

/// Delivers results of a store. Each is fetched when its turn comes.
fn from_store(options: &Options, out: &Address, made: Option<&Made>) -> Result<Exit, CliError> {
    let state = from_store::folder(options, out, options.dry_run)?;
    let rows = accounts::read(&options.upload)?;
    Reserved::of_store(&HashSet::new(), made).refuse(&rows)?;
    let stored = Stored::open(options, out, &state)?;
    let results = Results::of_store(&stored);
    let single = options.upload.accounts.is_none();
    let mut matched = matching::matched(rows, &results, single)?;
    matched.hold(&Gate::of_store(options, state.path(), stored.known()))?;
    let open = |picture: &Path, preset| stored.picture(picture, preset);
    deliver_matched((options, &open), state.path(), &matched, None)
}

fn deliver_matched(
    (options, open): (&Options, &Open<'_>),
    output: &Path,
    matched: &Matched,
    made: Option<&Made>,
) -> Result<Exit, CliError> {
    let existing = match made {
        Some(_) => Existing::BesidePictures,
        None => Existing::Alone,
    };
    let reporter = Reporter::new(options, existing)?;
    reporter.left_over(matched);
    if matched.is_empty() {
        let hint = "an account gets the picture that its entry names, or the one with its own name or number";
        return Err(CliError::usage("no picture matches an account", hint));
    }
    let rows: Vec<AccountRow> = matched.pairs.iter().map(|(row, _)| row.clone()).collect();
    let destinations = services::open(&rows, &options.upload)?;
    if options.dry_run {
        let exit = plan::print(
            options,
            output,
            matched,
            &destinations,
            made,
            (&reporter, open),
        )?;
        reporter.finish(&None::<Tally>, existing)?;
        return Ok(exit);
    }
    let (deliveries, unreadable) = deliveries(&reporter, matched, &destinations, (output, open))?;
    let ended = send(options, output, deliveries, &reporter)?;
    let tally = Tally::new(matched, unreadable, &ended);
    let exit = tally.print(options);
    reporter.finish(&tally, existing)?;
    Ok(exit)
}

fn is_there(output: &Path) -> Result<(), CliError> {
    fs::metadata(output).map(drop).map_err(|error| {
        let output = output.display();
        let message = match error.kind() {
            ErrorKind::NotFound => format!("{output} does not exist"),
            _ => format!("could not open {output}: {error}"),
        };
        CliError::usage(message, "name the folder with the results")
    })
}

/// Opens the pictures; counts those that cannot be read.
fn deliveries(
    reporter: &Reporter<'_>,
    matched: &Matched,
    destinations: &[Arc<dyn Destination>],
    (output, open): (&Path, &Open<'_>),
) -> Result<(Vec<Delivery>, usize), CliError> {
    let mut deliveries = Vec::new();
    // If nothing was ever delivered from here, create no journal for pictures that cannot be sent
    // anyway.
    let mut is_unproven = !places::folder(output).is_dir();
    for ((row, picture), destination) in matched.pairs.iter().zip(destinations) {
        let preset = services::preset(row)?;
        match open(picture, preset) {
            Ok(contents) if is_unproven && contents.load().is_err() => {
                if let Err(verdict) = contents.load() {
                    let why = [verdict.code, &verdict.text, in_flags(verdict.hint)];
                    reporter.rejected(row, &report::shown(picture), why);
                }
            }
            Ok(contents) => {
                is_unproven = false;
                deliveries.push(Delivery {
                    account: row.label.clone(),
                    destination: Arc::clone(destination),
                    picture: report::shown(picture),
                    contents,
                });
            }
            Err(why) => reporter.unreadable(row, picture, &why),
        }
    }
    let unreadable = matched.pairs.len() - deliveries.len();
    Ok((deliveries, unreadable))
}

fn send(
    options: &Options,
    output: &Path,
    deliveries: Vec<Delivery>,
    reporter: &Reporter<'_>,
) -> Result<Finished, CliError> {
    if deliveries.is_empty() {
        return Ok(Finished {
            outcomes: Vec::new(),
            stopped: None,
        });
    }
    let folder = places::folder(output);
    fs::create_dir_all(&folder).map_err(|error| no_journal(&error))?;
    let _lock = lock(&folder)?;
    let journal = Journal::open(&places::journal(options, output));
    let journal = journal.map_err(|error| no_journal(&error))?;
    let pacer = pacing::open(options, &folder)?;
    let progress = Progress::new(deliveries.len());
    let run = Run {
        journal: &journal,
        pacer: &pacer,
        options: RunOptions {
            senders: options.upload.senders,
            resend: options.upload.resend,
            speed: TimeScale::new(options.upload.speed),
            deadline: options.upload.deadline,
            verify: options.upload.compare,
        },
        compare: &finished::compare,
        listener: &|event| {
            progress.record(event);
            reporter.event(event);
        },
    };
    let stop = interrupt::stop_flag();
    Ok(thread::scope(|scope| {
        if !options.quiet {
            scope.spawn(|| progress.print());
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
            Err(CliError::busy(message, "wait until it ends"))
        }
        Err(error) => Err(no_journal(&error)),
    }
}
