//! Delivers results to their accounts, checks the accounts, tells what is known.

mod accounts;
mod matching;
mod report;
mod token;

use std::fs;
use std::path::{Path, PathBuf};

use avatar_prepare::{Format, Limits, Preparer, Settings};
use avatar_upload::{
    Delivery, Destination, GreenAccount, GreenApi, Journal, Outcome, Pacer, Payload, Run,
    RunOptions, Speed, Status,
};
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use fs4::fs_std::FileExt;

use crate::args::Command;
use crate::options::Options;
use crate::usage::UsageError;
use crate::{Exit, console, interrupt};

use accounts::Row;
use matching::Matched;

/// What messengers take.
const SMALLEST_EDGE: u32 = 192;
const LARGEST_FILE: usize = 5_000_000;

/// What is asked of the upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    Deliver,
    Check,
    Status,
}

pub(crate) fn args(command: clap::Command) -> clap::Command {
    let switch = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .help(help)
    };
    command
        .arg(
            Arg::new("out")
                .value_name("OUT")
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(switch(
            "check",
            "Ask every account whether it can be sent to; send nothing",
        ))
        .arg(
            switch("status", "Tell what is known of every delivery; ask nobody")
                .conflicts_with("check"),
        )
}

pub(crate) fn read(matches: &ArgMatches) -> Result<Command, UsageError> {
    let wish = match (matches.get_flag("check"), matches.get_flag("status")) {
        (true, _) => Wish::Check,
        (_, true) => Wish::Status,
        _ => Wish::Deliver,
    };
    let out = matches.get_one::<PathBuf>("out").cloned();
    if out.is_none() && wish != Wish::Check {
        let message = "which results?";
        return Err(UsageError::new(
            message,
            "name the folder that was written: avatar-prep upload OUT",
        ));
    }
    Ok(Command::Upload(wish, out))
}

/// What `--upload` adds to a run.
pub(crate) fn after_preparing(
    options: &Options,
    exit: Exit,
    output: &Path,
) -> Result<Exit, UsageError> {
    let wanted = options.upload.after_preparing && !options.dry_run;
    if !wanted || exit == Exit::Interrupted {
        return Ok(exit);
    }
    let delivered = run(options, Wish::Deliver, Some(output))?;
    Ok(if delivered == Exit::AllDone {
        exit
    } else {
        delivered
    })
}

/// Delivers, checks or tells.
pub(crate) fn run(
    options: &Options,
    wish: Wish,
    output: Option<&Path>,
) -> Result<Exit, UsageError> {
    if options.upload.speed > 1.0 && options.upload.rehearsal.is_none() {
        let message = "--speed is for rehearsals: real accounts have real limits";
        return Err(UsageError::new(
            message,
            "name a server on this machine with --rehearse",
        ));
    }
    match (wish, output) {
        (Wish::Check, _) => check(options),
        (Wish::Status, Some(output)) => status(options, output),
        (Wish::Deliver, Some(output)) => deliver(options, output),
        (_, None) => Err(UsageError::new(
            "which results?",
            "name the folder that was written",
        )),
    }
}

/// The accounts that can be called, in the order of the file.
fn callable(options: &Options, rows: &[Row]) -> Result<Vec<GreenAccount>, UsageError> {
    rows.iter()
        .map(|row| accounts::account(row, &options.upload))
        .collect()
}

fn destination(options: &Options, accounts: Vec<GreenAccount>) -> Result<GreenApi, UsageError> {
    for account in accounts
        .iter()
        .filter(|account| !account.token_has_the_usual_form())
    {
        if options.upload.rehearsal.is_none() {
            let text = format!(
                "the token of {} does not look like one: 50 hexadecimal digits are usual",
                account.name()
            );
            console::print_warning(&text);
        }
    }
    GreenApi::new(accounts, options.upload.speed).map_err(|error| {
        UsageError::new(
            error.to_string(),
            "install the root certificates of the system",
        )
    })
}

fn check(options: &Options) -> Result<Exit, UsageError> {
    let rows = accounts::read(&options.upload)?;
    let destination = destination(options, callable(options, &rows)?)?;
    let mut exit = Exit::AllDone;
    for row in &rows {
        match destination.ready(&row.name) {
            Ok(()) => console::print_line(&format!("ready {} ({})", row.name, row.id_instance)),
            Err(verdict) => {
                exit = Exit::SomeFailed;
                console::print_line(&format!(
                    "not ready {} ({}): {} [{}]\u{20}",
                    row.name, row.id_instance, verdict.text, verdict.code
                ));
                console::print_line(&format!("  hint: {}", verdict.hint));
            }
        }
    }
    Ok(exit)
}

fn status(options: &Options, output: &Path) -> Result<Exit, UsageError> {
    let path = state_folder(output).join("state.sqlite");
    if !path.exists() {
        console::print_line("nothing was uploaded from here");
        return Ok(Exit::AllDone);
    }
    let journal = Journal::open(&path).map_err(|error| no_journal(&error))?;
    for entry in journal.entries().map_err(|error| no_journal(&error))? {
        report::entry(options, &entry, entry.state.name());
    }
    Ok(Exit::AllDone)
}

/// Where the results keep what is known of them.
fn state_folder(output: &Path) -> PathBuf {
    root(output).join(".avatar-prep")
}

fn root(output: &Path) -> &Path {
    match output.parent() {
        Some(parent) if output.is_file() && parent != Path::new("") => parent,
        Some(_) if output.is_file() => Path::new("."),
        _ => output,
    }
}

fn no_journal(error: &dyn std::error::Error) -> UsageError {
    let cause = error
        .source()
        .map_or_else(String::new, |cause| format!(": {cause}"));
    UsageError::new(
        format!("{error}{cause}"),
        "nothing is sent without it: check the folder and its permissions",
    )
}

fn deliver(options: &Options, output: &Path) -> Result<Exit, UsageError> {
    let rows = accounts::read(&options.upload)?;
    let pictures = matching::pictures(output);
    let matched = matching::matched(rows, &pictures, options.upload.accounts.is_none())?;
    list_left_over(&matched);
    if matched.pairs.is_empty() {
        return Err(UsageError::new(
            "no picture fits an account",
            "see the README for how they are matched",
        ));
    }
    let rows: Vec<Row> = matched.pairs.iter().map(|(row, _)| row.clone()).collect();
    let accounts = callable(options, &rows)?;
    if options.dry_run {
        return Ok(plan(&matched, &accounts));
    }
    let (deliveries, broken) = payloads(&matched, root(output));
    let outcomes = send(options, output, accounts, deliveries)?;
    Ok(summary(options, &outcomes, broken))
}

fn list_left_over(matched: &Matched) {
    for row in &matched.accounts {
        console::print_line(&format!(
            "no picture for account {} ({})",
            row.name, row.id_instance
        ));
    }
    for picture in &matched.pictures {
        console::print_line(&format!("no account for {}", picture.display()));
    }
}

fn plan(matched: &Matched, accounts: &[GreenAccount]) -> Exit {
    for ((_, picture), account) in matched.pairs.iter().zip(accounts) {
        let url = account.redacted_url("setProfilePicture");
        console::print_line(&format!(
            "would send {} -> {} POST {url}",
            picture.display(),
            account.name()
        ));
    }
    Exit::AllDone
}

/// Reads the pictures and validates the finished bytes again; counts those that are not as meant.
fn payloads(matched: &Matched, root: &Path) -> (Vec<Delivery>, u64) {
    let mut deliveries = Vec::new();
    let mut broken = 0;
    for (row, picture) in &matched.pairs {
        let read = fs::read(root.join(picture)).map_err(|error| error.to_string());
        let payload = read.and_then(|bytes| {
            valid(&bytes)?;
            Payload::new(bytes).map_err(|error| error.to_string())
        });
        match payload {
            Ok(payload) => deliveries.push(Delivery {
                account: row.name.clone(),
                picture: picture.display().to_string(),
                payload,
            }),
            Err(why) => {
                broken += 1;
                let text = format!(
                    "rejected {} -> {}: {why} [not_valid]\n  hint: prepare it again",
                    picture.display(),
                    row.name
                );
                for line in text.lines() {
                    console::print_line(line);
                }
            }
        }
    }
    (deliveries, broken)
}

/// Whether these bytes are what this tool makes: a JPEG that decodes, square, no metadata.
fn valid(bytes: &[u8]) -> Result<(), String> {
    let avatar = Preparer::new(Settings::default(), Limits::default())
        .prepare(bytes)
        .map_err(|error| error.to_string())?;
    let probe = avatar.probe();
    let (width, height) = (probe.width(), probe.height());
    if probe.format() != Format::Jpeg || !bytes.ends_with(b"\xff\xd9") {
        return Err("it is not a whole JPEG".into());
    }
    if width != height || width < SMALLEST_EDGE {
        return Err(format!(
            "it is {width}x{height}; messengers take squares from {SMALLEST_EDGE} pixels"
        ));
    }
    if bytes.len() > LARGEST_FILE {
        return Err(format!(
            "it has {} bytes; messengers take {LARGEST_FILE}",
            bytes.len()
        ));
    }
    let carries = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
    if carries(b"Exif\0\0") || carries(b"http://ns.adobe.com/xap/") {
        return Err("it carries metadata".into());
    }
    Ok(())
}

fn send(
    options: &Options,
    output: &Path,
    accounts: Vec<GreenAccount>,
    deliveries: Vec<Delivery>,
) -> Result<Vec<Outcome>, UsageError> {
    let folder = state_folder(output);
    fs::create_dir_all(&folder).map_err(|error| no_journal(&error))?;
    let _lock = lock(&folder)?;
    let journal =
        Journal::open(&folder.join("state.sqlite")).map_err(|error| no_journal(&error))?;
    let pacer = Pacer::open(pace_folder(&folder)).map_err(|error| no_journal(&error))?;
    let destination = destination(options, accounts)?;
    let run = Run {
        destination: &destination,
        journal: &journal,
        pacer: &pacer,
        options: RunOptions {
            senders: options.upload.senders,
            resend: options.upload.resend,
            speed: Speed::new(options.upload.speed),
            deadline: None,
        },
        listener: &|event| report::event(options, event),
    };
    run.deliver(deliveries, &interrupt::stop_flag())
        .map_err(|error| no_journal(&error))
}

/// One upload of a folder at a time; the lock ends with the process.
fn lock(folder: &Path) -> Result<fs::File, UsageError> {
    let file = fs::File::create(folder.join("upload.lock")).map_err(|error| no_journal(&error))?;
    match FileExt::try_lock_exclusive(&file) {
        Ok(true) => Ok(file),
        Ok(false) => Err(UsageError::new(
            "another upload of this folder is running",
            "wait for its end",
        )),
        Err(error) => Err(no_journal(&error)),
    }
}

/// The user's own folder, so that uploads from different folders keep the distance of an account
/// together; without one, the results'.
fn pace_folder(state: &Path) -> PathBuf {
    let home =
        |name: &str, below: &str| token::variable(name).map(|home| Path::new(&home).join(below));
    home("XDG_STATE_HOME", "avatar-prep/pace")
        .or_else(|| home("LOCALAPPDATA", "avatar-prep/pace"))
        .or_else(|| home("HOME", ".local/state/avatar-prep/pace"))
        .unwrap_or_else(|| state.join("pace"))
}

fn summary(options: &Options, outcomes: &[Outcome], broken: u64) -> Exit {
    let count = |wanted: &[Status]| {
        outcomes
            .iter()
            .filter(|outcome| wanted.contains(&outcome.status))
            .count()
    };
    let rejected = count(&[Status::Rejected]) + broken as usize;
    let later = count(&[Status::Deferred, Status::Unknown, Status::NotStarted]);
    let mut parts = Vec::new();
    for (count, word) in [
        (count(&[Status::Applied]), "applied"),
        (count(&[Status::UpToDate]), "up to date"),
        (rejected, "rejected"),
        (later, "left for later: run the same command again"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    if !options.quiet && !options.json {
        console::print_line(&parts.join(", "));
    }
    match (rejected, later) {
        (0, 0) => Exit::AllDone,
        (0, _) => Exit::Deferred,
        _ => Exit::SomeFailed,
    }
}
