//! `avatar-prep clean OUT`: lists results whose source is gone or now goes by another name, and
//! deletes them on request. It never deletes files it does not know, or that were changed since.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use avatar_batch::args::Options;
use avatar_batch::error::CliError;
use avatar_batch::exit::Exit;
use avatar_batch::files::fingerprint::Hash;
use avatar_batch::naming::shard::Shard;
use avatar_batch::packs::place::refuse_packed;
use avatar_batch::report::console;
use avatar_batch::state::{self, Known, Opened, State, Writer};
use serde::Serialize;

use crate::command::Clean;

/// What happened to a result without a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Fate {
    /// `--delete` would remove it.
    Orphaned,
    Removed,
    /// Not removed, for the given reason.
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

/// A result that no source makes any more.
struct Orphan {
    known: Known,
    reason: Reason,
}

enum Reason {
    /// The source is gone. `witness` is another source in the same input folder that still exists;
    /// if there is none, the folder may be on a disk that is not mounted.
    Gone { witness: Option<PathBuf> },
    /// The source was prepared later with the same settings, under this name.
    Renamed(PathBuf),
    /// The same with other settings: it is a leftover, or both results are wanted.
    OtherSettings(PathBuf),
}

impl Orphan {
    fn words(&self) -> String {
        match &self.reason {
            Reason::Gone { .. } => "its source is gone".into(),
            Reason::Renamed(now) => format!("its source is now {}", now.display()),
            Reason::OtherSettings(now) => {
                let now = now.display();
                format!("its source is now {now}, made with other settings")
            }
        }
    }

    /// Why it must not be removed now; `None` if it may be.
    fn doubt(&self, out: &Path) -> Option<&'static str> {
        let is_there = |path: &Path| fs::symlink_metadata(path).is_ok();
        match &self.reason {
            Reason::Renamed(now) | Reason::OtherSettings(now) if is_there(&out.join(now)) => None,
            Reason::Renamed(_) | Reason::OtherSettings(_) => {
                Some("the newer result of its source is missing")
            }
            Reason::Gone { .. } if !is_gone(&self.known) => Some("its source is back"),
            Reason::Gone {
                witness: Some(witness),
            } if is_there(witness) => None,
            Reason::Gone { .. } => Some(
                "none of the sources in its input folder exists; perhaps its disk is not mounted",
            ),
        }
    }

    fn check(&self, out: &Path) -> Result<(), String> {
        self.doubt(out).map_or(Ok(()), |why| Err(why.into()))
    }
}

/// Lists the results in `out` that belong to no source any more; removes them on request.
pub(crate) fn run(options: &Options, out: &Path, wish: Clean) -> Result<Exit, CliError> {
    refuse_packed(out, "clean")?;
    // Look first: opening the state would create a folder for a mistyped name.
    let (found, others) = orphans(out, wish)?;
    let is_idle = found.is_empty() && !state::has_intents(out);
    if is_idle || !wish.delete || options.dry_run {
        for orphan in &found {
            match orphan.doubt(out) {
                Some(why) => print_result(options, &orphan.known, Fate::Kept, why),
                None => print_result(options, &orphan.known, Fate::Orphaned, &orphan.words()),
            }
        }
        finish(options, &format!("{} without a source", found.len()));
        let next = match wish.delete {
            true => "next: run again without --dry-run",
            false => "next: add --delete to delete them",
        };
        print_line(options, next, !found.is_empty());
        print_others(options, others);
        return Ok(Exit::AllDone);
    }
    let Opened {
        mut state,
        warnings,
    } = State::open(out, Shard::WHOLE)?;
    warnings
        .iter()
        .for_each(|text| console::print_warning(text));
    let Some(writer) = state.as_mut().and_then(|state| state.split().writer) else {
        let message = format!("the cache of {} is not writable", out.display());
        return Err(CliError::environment(
            message,
            "check the folder's permissions",
        ));
    };
    let (mut removed, mut kept) = (0_u64, 0_u64);
    // Look again under the lock: another run may have changed the folder meanwhile.
    for orphan in &orphans(out, wish)?.0 {
        match remove(writer, out, orphan) {
            Ok(()) => {
                removed += 1;
                print_result(options, &orphan.known, Fate::Removed, &orphan.words());
            }
            Err(why) => {
                kept += 1;
                print_result(options, &orphan.known, Fate::Kept, &why);
            }
        }
    }
    finish(options, &format!("{removed} removed, {kept} kept"));
    print_others(options, others);
    Ok(match kept {
        0 => Exit::AllDone,
        _ => Exit::SomeFailed,
    })
}

/// The results that belong to no source any more, and how many more there are with other settings.
fn orphans(out: &Path, wish: Clean) -> Result<(Vec<Orphan>, usize), CliError> {
    let all = state::known(out, |known| known, |known| known.at)?;
    let all = All {
        witnesses: witnesses(all.iter().map(|(_, known)| known)),
        by_output: all.into_iter().collect(),
    };
    let reasons = all.by_output.values().filter_map(|known| {
        let reason = all.reason(known)?;
        Some((known.clone(), reason))
    });
    let (others, certain): (Vec<_>, Vec<_>) =
        reasons.partition(|(_, reason)| matches!(reason, Reason::OtherSettings(_)));
    let left = if wish.other_settings { 0 } else { others.len() };
    let others = others.into_iter().filter(|_| wish.other_settings);
    let mut orphans: Vec<Orphan> = certain
        .into_iter()
        .chain(others)
        .map(|(known, reason)| Orphan { known, reason })
        .collect();
    orphans.sort_by(|one, other| one.known.output.cmp(&other.known.output));
    Ok((orphans, left))
}

/// A source that exists, for each input folder that has one.
fn witnesses<'a>(all: impl Iterator<Item = &'a Known>) -> HashMap<PathBuf, PathBuf> {
    let mut witnesses = HashMap::new();
    for origin in all.filter_map(|known| known.origin.as_ref()) {
        if !witnesses.contains_key(&origin.root) {
            let source = origin.root.join(&origin.source);
            if fs::symlink_metadata(&source).is_ok() {
                witnesses.insert(origin.root.clone(), source);
            }
        }
    }
    witnesses
}

/// All results in the cache.
struct All {
    by_output: BTreeMap<PathBuf, Known>,
    witnesses: HashMap<PathBuf, PathBuf>,
}

impl All {
    /// Why this result belongs to no source any more.
    fn reason(&self, known: &Known) -> Option<Reason> {
        let origin = known.origin.as_ref()?;
        if is_gone(known) {
            let witness = self.witnesses.get(&origin.root).cloned();
            return Some(Reason::Gone { witness });
        }
        let former = known.former.as_ref()?;
        // If the later name belongs to another source by now, this is the only result of its
        // source.
        let now = self.by_output.get(&former.by)?.origin.as_ref()?;
        if (&now.root, &now.source) != (&origin.root, &origin.source) {
            return None;
        }
        let now = former.by.clone();
        Some(match former.same_recipe {
            true => Reason::Renamed(now),
            false => Reason::OtherSettings(now),
        })
    }
}

/// Whether the source is certainly gone while its input folder exists.
fn is_gone(known: &Known) -> bool {
    let Some(origin) = &known.origin else {
        return false;
    };
    let source = fs::symlink_metadata(origin.root.join(&origin.source));
    origin.root.is_dir() && source.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

fn remove(writer: &mut Writer, out: &Path, orphan: &Orphan) -> Result<(), String> {
    let known = &orphan.known;
    let path = out.join(&known.output);
    match Hash::of_file(&path) {
        Ok(hash) if hash == known.hash => {
            orphan.check(out)?;
            fs::remove_file(&path).map_err(|error| error.to_string())?;
            remove_empty_folders(out, &known.output);
        }
        Ok(_) => return Err("it was changed after it was made".into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => orphan.check(out)?,
        Err(error) => return Err(error.to_string()),
    }
    writer
        .forget(&known.output)
        .map_err(|error| error.to_string())
}

/// Removes folders that became empty.
fn remove_empty_folders(out: &Path, output: &Path) {
    let folders = output.ancestors().skip(1);
    for folder in folders.filter(|folder| *folder != Path::new("")) {
        if fs::remove_dir(out.join(folder)).is_err() {
            return;
        }
    }
}

fn print_result(options: &Options, known: &Known, status: Fate, message: &str) {
    let source = known
        .origin
        .as_ref()
        .map(|origin| origin.root.join(&origin.source));
    let source = source.unwrap_or_default().display().to_string();
    let output = known.output.display().to_string();
    if options.json {
        // A closed standard output is no reason to stop in the middle.
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

fn finish(options: &Options, text: &str) {
    print_line(options, text, true);
}

fn print_line(options: &Options, text: &str, wanted: bool) {
    if wanted && !options.quiet && !options.json {
        console::print_line(text);
    }
}

/// Results under a former name with other settings may be wanted in addition to the later ones.
fn print_others(options: &Options, count: usize) {
    let text = format!(
        "{count} more have a later result with other settings and another name: \
         add --other-settings if they are leftovers"
    );
    print_line(options, &text, count > 0);
}
