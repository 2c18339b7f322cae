//! `avatar-prep verify OUT`: checks that every result is as it was written and that no other files
//! are there. It writes nothing.

mod objects;
mod tars;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use avatar_batch::args::Options;
use avatar_batch::error::CliError;
use avatar_batch::exit::Exit;
use avatar_batch::files::fingerprint::Hash;
use avatar_batch::files::lost_found;
use avatar_batch::files::mark::{Occupant, occupant};
use avatar_batch::files::parallel;
use avatar_batch::objects::address::address;
use avatar_batch::packs::place::is_packed;
use avatar_batch::report::bytes::display_bytes;
use avatar_batch::report::console;
use avatar_batch::state::{self, Known};
use serde::Serialize;
use walkdir::{DirEntry, WalkDir};

/// What is wrong with a file, in the order of the summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Fault {
    Missing,
    Changed,
    OverCap,
    Foreign,
    Unrecorded,
    Unreadable,
}

impl Fault {
    fn words(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::OverCap => "over the cap",
            Self::Foreign => "foreign",
            Self::Unrecorded => "unrecorded",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A file with a fault; part of the result contract.
#[derive(Debug, Serialize)]
struct Finding {
    event: &'static str,
    schema: u32,
    output: String,
    status: Fault,
    message: String,
}

/// The summary of a verification; part of the result contract.
#[derive(Debug, Default, Serialize)]
struct Counts {
    event: &'static str,
    schema: u32,
    intact: u64,
    missing: u64,
    changed: u64,
    over_cap: u64,
    foreign: u64,
    /// Not in the cache, but of the form of a result.
    unrecorded: u64,
    unreadable: u64,
    /// How many of the intact ones were judged by their own metadata, because no record was there.
    by_metadata: u64,
}

/// What a result must be.
struct Expected {
    output: PathBuf,
    bytes: u64,
    hash: Hash,
    /// The cap with which it was made; none if that is not known.
    max_bytes: Option<u64>,
    at: i64,
}

/// Hashes every result in `out` and prints each fault.
pub(crate) fn run(options: &Options, out: &Path) -> Result<Exit, CliError> {
    if let Some(address) = address(out)? {
        let all = match objects::run(options, &address)? {
            objects::Verified::Results(all) => all,
            objects::Verified::Tars(all) => return Ok(print(options, all.into_iter(), 0)),
        };
        let by_metadata = all.iter().filter(|it| it.is_by_metadata()).count() as u64;
        let all = all
            .into_iter()
            .map(|it| (PathBuf::from(it.output), it.fault));
        return Ok(print(options, all, by_metadata));
    }
    if is_packed(out) {
        return Ok(print(
            options,
            tars::in_folder(out, options.jobs)?.into_iter(),
            0,
        ));
    }
    let expected = expected(out)?;
    let (files, unreadable) = files(out);
    let faults = parallel::map(&expected, options.jobs, |expected| fault(out, expected));
    let known: BTreeSet<PathBuf> = expected.iter().map(|it| it.output.clone()).collect();
    let others = files.into_iter().filter(|file| !known.contains(file));
    let others = others.map(|file| {
        let fault = without_record(&out.join(&file));
        (file, Some(fault))
    });
    let unreadable = unreadable.into_iter().map(|(folder, why)| {
        let why = format!("what is in this folder was not looked at: {why}");
        (folder, Some((Fault::Unreadable, why)))
    });
    let found = expected.into_iter().map(|it| it.output).zip(faults);
    Ok(print(options, found.chain(others).chain(unreadable), 0))
}

/// What is known of a file of which there is no record. A run that could not write its cache leaves
/// results without one.
fn without_record(file: &Path) -> (Fault, String) {
    match occupant(file) {
        Occupant::Result => {
            let why = "no record of it; by its form, it is a result of avatar-prep";
            (Fault::Unrecorded, why.into())
        }
        _ => (Fault::Foreign, "not written by avatar-prep".into()),
    }
}

/// Prints each fault and the summary.
fn print(
    options: &Options,
    all: impl Iterator<Item = (PathBuf, Option<(Fault, String)>)>,
    by_metadata: u64,
) -> Exit {
    let mut counts = Counts {
        event: "verify_summary",
        schema: 1,
        by_metadata,
        ..Counts::default()
    };
    let mut stdout_open = true;
    for (output, fault) in all {
        counts.add(fault.as_ref().map(|(fault, _)| *fault));
        stdout_open = stdout_open
            && fault.is_none_or(|(fault, why)| print_finding(options, &output, fault, why).is_ok());
    }
    counts.finish(options, stdout_open)
}

fn expected(out: &Path) -> Result<Vec<Expected>, CliError> {
    let keep = |known: Known| Expected {
        bytes: known.stamp.bytes,
        hash: known.hash,
        max_bytes: known.origin.map(|origin| origin.max_bytes),
        at: known.at,
        output: known.output,
    };
    let all = state::known(out, keep, |expected| expected.at)?;
    Ok(all.into_iter().map(|(_, expected)| expected).collect())
}

/// Every visible file below `out`, relative to it, and folders that cannot be read, with the reason.
fn files(out: &Path) -> (BTreeSet<PathBuf>, Vec<(PathBuf, String)>) {
    let is_visible = |entry: &DirEntry| {
        entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".")
    };
    let inside = |path: &Path| path.strip_prefix(out).unwrap_or(path).to_path_buf();
    let mut files = BTreeSet::new();
    let mut unreadable = Vec::new();
    for entry in WalkDir::new(out).into_iter().filter_entry(is_visible) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => {
                files.insert(inside(entry.path()));
            }
            Err(error) if lost_found::is_closed(&error) => {}
            Err(error) => {
                let folder = inside(error.path().unwrap_or(out));
                let why = match error.io_error() {
                    Some(cause) => cause.to_string(),
                    None => error.to_string(),
                };
                unreadable.push((folder, why));
            }
        }
    }
    (files, unreadable)
}

fn fault(out: &Path, expected: &Expected) -> Option<(Fault, String)> {
    let path = out.join(&expected.output);
    let metadata = match fs::metadata(&path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Some((Fault::Missing, "the file does not exist".into()));
        }
        Err(error) => return Some((Fault::Unreadable, error.to_string())),
    };
    if let Some(fault) = judge(metadata.len(), expected.bytes, expected.max_bytes) {
        return Some(fault);
    }
    match Hash::of_file(&path) {
        Ok(hash) if hash == expected.hash => None,
        Ok(_) => Some((
            Fault::Changed,
            "its content differs from what was written".into(),
        )),
        Err(error) => Some((Fault::Unreadable, error.to_string())),
    }
}

/// What the size of a result alone shows. Its cap is that of its run, if that is known.
fn judge(found: u64, written: u64, allowed: Option<u64>) -> Option<(Fault, String)> {
    if let Some(allowed) = allowed.filter(|allowed| found > *allowed) {
        let (found, allowed) = (display_bytes(found), display_bytes(allowed));
        let why = format!("it has {found}; the cap was {allowed}");
        return Some((Fault::OverCap, why));
    }
    (found != written).then(|| {
        let why = format!("it has {found} bytes; {written} were written");
        (Fault::Changed, why)
    })
}

fn print_finding(
    options: &Options,
    output: &Path,
    status: Fault,
    message: String,
) -> io::Result<()> {
    let output = output.display().to_string();
    if options.json {
        return console::print_record(&Finding {
            event: "verify",
            schema: 1,
            output,
            status,
            message,
        });
    }
    console::print_line(&format!("{} {output}: {message}", status.words()));
    Ok(())
}

impl Counts {
    fn add(&mut self, fault: Option<Fault>) {
        *match fault {
            None => &mut self.intact,
            Some(Fault::Missing) => &mut self.missing,
            Some(Fault::Changed) => &mut self.changed,
            Some(Fault::OverCap) => &mut self.over_cap,
            Some(Fault::Foreign) => &mut self.foreign,
            Some(Fault::Unrecorded) => &mut self.unrecorded,
            Some(Fault::Unreadable) => &mut self.unreadable,
        } += 1;
    }

    fn finish(&self, options: &Options, stdout_open: bool) -> Exit {
        let faults = [
            (self.missing, Fault::Missing),
            (self.changed, Fault::Changed),
            (self.over_cap, Fault::OverCap),
            (self.foreign, Fault::Foreign),
            (self.unrecorded, Fault::Unrecorded),
            (self.unreadable, Fault::Unreadable),
        ];
        let bad = faults.iter().filter(|(count, _)| *count > 0);
        let mut parts = vec![format!("{} intact", self.intact)];
        parts.extend(bad.map(|(count, fault)| format!("{count} {}", fault.words())));
        let stdout_open = match options.json {
            true => stdout_open && console::print_record(self).is_ok(),
            false => stdout_open,
        };
        if !options.json && !options.quiet {
            console::print_line(&parts.join(", "));
            if self.by_metadata > 0 {
                let count = self.by_metadata;
                console::print_line(&format!(
                    "{count} of them not recorded; judged by what their metadata say"
                ));
            }
            if self.missing + self.changed + self.over_cap + self.unrecorded > 0 {
                console::print_line("next: repeat the command that made them");
            }
        }
        match parts.len() {
            1 if stdout_open => Exit::AllDone,
            _ => Exit::SomeFailed,
        }
    }
}
