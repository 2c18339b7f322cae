//! `avatar-prep clean OUT`: shows the results whose source is gone, and removes them when asked.
//! It never removes what it does not know, or what was changed since.

use std::fs;
use std::io;
use std::path::Path;

use clap::{Arg, ArgAction, ArgMatches};
use serde::Serialize;

use crate::args::Command;
use crate::fingerprint::Hash;
use crate::options::Options;
use crate::shard::Shard;
use crate::state::{Known, State, StateError};
use crate::usage::UsageError;
use crate::{Exit, console, verify};

/// What became of a result without a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Fate {
    /// Would be removed with `--delete`.
    Orphaned,
    Removed,
    /// Not removed, for the reason given.
    Kept,
}

/// A result whose source is gone; part of the result contract.
#[derive(Debug, Serialize)]
struct CleanRecord {
    event: &'static str,
    schema: u32,
    output: String,
    source: String,
    status: Fate,
    message: String,
}

pub(crate) fn args(command: clap::Command) -> clap::Command {
    let delete = Arg::new("delete")
        .long("delete")
        .action(ArgAction::SetTrue)
        .help("Remove them");
    verify::args(command).arg(delete)
}

pub(crate) fn read(matches: &ArgMatches) -> Result<Command, UsageError> {
    let delete = matches.get_flag("delete");
    Ok(Command::Clean(verify::folder(matches), delete))
}

/// Shows the results in `out` whose source is gone; with `delete`, removes them.
pub(crate) fn run(options: &Options, out: &Path, delete: bool) -> Result<Exit, UsageError> {
    // Only those that are known: a name that is wrong shall make no folder.
    let orphans = orphans(out)?;
    if orphans.is_empty() || !delete {
        for orphan in &orphans {
            say(options, orphan, Fate::Orphaned, "its source is gone");
        }
        let what = format!("{} without a source", orphans.len());
        finish(options, &what, !orphans.is_empty());
        return Ok(Exit::AllDone);
    }
    let Some(mut state) = State::open(out, Shard::WHOLE)? else {
        let message = format!("the state of {} cannot be changed", out.display());
        return Err(UsageError::new(message, "check the folder's permissions"));
    };
    let (mut removed, mut kept) = (0_u64, 0_u64);
    for orphan in &orphans {
        match remove(&mut state, out, orphan) {
            Ok(()) => {
                removed += 1;
                say(options, orphan, Fate::Removed, "its source is gone");
            }
            Err(why) => {
                kept += 1;
                say(options, orphan, Fate::Kept, &why);
            }
        }
    }
    let (_, writer) = state.split();
    writer.commit().map_err(|error| failed(&error))?;
    finish(options, &format!("{removed} removed, {kept} kept"), false);
    Ok(match kept {
        0 => Exit::AllDone,
        _ => Exit::SomeFailed,
    })
}

/// Results of which the input folder is there, and the source in it is not.
fn orphans(out: &Path) -> Result<Vec<Known>, UsageError> {
    let all = verify::known(out, |known| known, |known| known.at)?;
    let known = all.into_iter().map(|(_, known)| known);
    Ok(known.filter(is_orphan).collect())
}

fn is_orphan(known: &Known) -> bool {
    let Some(origin) = &known.origin else {
        return false;
    };
    let source = fs::symlink_metadata(origin.root.join(&origin.source));
    // An input folder that is not there is a disk that is not mounted.
    origin.root.is_dir() && source.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

fn remove(state: &mut State, out: &Path, orphan: &Known) -> Result<(), String> {
    let path = out.join(&orphan.output);
    match Hash::of_file(&path) {
        Ok(hash) if hash == orphan.hash => {
            fs::remove_file(&path).map_err(|error| error.to_string())?;
            remove_empty_folders(out, &orphan.output);
        }
        Ok(_) => return Err("it was changed since it was made".into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.to_string()),
    }
    let (_, writer) = state.split();
    writer
        .forget(&orphan.output)
        .map_err(|error| error.to_string())
}

/// A folder that still holds something stays.
fn remove_empty_folders(out: &Path, output: &Path) {
    let folders = output.ancestors().skip(1);
    for folder in folders.filter(|folder| *folder != Path::new("")) {
        if fs::remove_dir(out.join(folder)).is_err() {
            return;
        }
    }
}

fn say(options: &Options, orphan: &Known, status: Fate, message: &str) {
    let source = orphan
        .origin
        .as_ref()
        .map(|origin| origin.root.join(&origin.source));
    let source = source.unwrap_or_default().display().to_string();
    let output = orphan.output.display().to_string();
    if options.json {
        // Nobody reading the records is no reason to stop in the middle.
        let _ = console::print_record(&CleanRecord {
            event: "clean",
            schema: 1,
            output,
            source,
            status,
            message: message.into(),
        });
        return;
    }
    let word = match status {
        Fate::Orphaned => "orphaned",
        Fate::Removed => "removed",
        Fate::Kept => "kept",
    };
    console::print_line(&format!("{word} {output}: {message} ({source})"));
}

fn finish(options: &Options, text: &str, ask: bool) {
    if options.quiet || options.json {
        return;
    }
    console::print_line(text);
    if ask {
        console::print_line("next: add --delete to remove them");
    }
}

fn failed(error: &StateError) -> UsageError {
    UsageError::new(error.to_string(), "run the same command again")
}
