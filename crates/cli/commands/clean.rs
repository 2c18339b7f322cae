//! `avatar-prep clean OUT`: lists results whose source is gone or now goes by another name, and
//! deletes them on request. It never deletes files it does not know, or that were changed since.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::args::Options;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files::fingerprint::Hash;
use crate::naming::shard::Shard;
use crate::report::console;
use crate::state::{self, Known, Opened, Origin, State, Writer};

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
    /// The source was prepared again later, under this name.
    Renamed(PathBuf),
}

impl Orphan {
    fn words(&self) -> String {
        match &self.reason {
            Reason::Gone { .. } => "its source is gone".into(),
            Reason::Renamed(now) => format!("its source is now {}", now.display()),
        }
    }

    /// Why it must not be removed now; `None` if it may be.
    fn doubt(&self, out: &Path) -> Option<&'static str> {
        let is_there = |path: &Path| fs::symlink_metadata(path).is_ok();
        match &self.reason {
            Reason::Renamed(now) if is_there(&out.join(now)) => None,
            Reason::Renamed(_) => Some("the newer result of its source is missing"),
            Reason::Gone { .. } if !is_gone(&self.known) => Some("its source is back"),
            Reason::Gone {
                witness: Some(witness),
            } if is_there(witness) => None,
            Reason::Gone { .. } => {
                Some("its input folder holds no source at all, as if a disk were not mounted")
            }
        }
    }

    fn check(&self, out: &Path) -> Result<(), String> {
        self.doubt(out).map_or(Ok(()), |why| Err(why.into()))
    }
}

/// Lists the results in `out` whose source is gone; removes them with `delete`.
pub(crate) fn run(options: &Options, out: &Path, delete: bool) -> Result<Exit, CliError> {
    // Look first: opening the state would create a folder for a mistyped name.
    let found = orphans(out)?;
    if found.is_empty() || !delete {
        for orphan in &found {
            match orphan.doubt(out) {
                Some(why) => print_result(options, &orphan.known, Fate::Kept, why),
                None => print_result(options, &orphan.known, Fate::Orphaned, &orphan.words()),
            }
        }
        let what = format!("{} without a source", found.len());
        finish(options, &what, !found.is_empty());
        return Ok(Exit::AllDone);
    }
    let Opened {
        mut state,
        warnings,
    } = State::open(out, Shard::WHOLE)?;
    warnings
        .iter()
        .for_each(|text| console::print_warning(text));
    let Some(writer) = state.as_mut().and_then(|state| state.split().1) else {
        let message = format!("the cache of {} is not writable", out.display());
        return Err(CliError::environment(
            message,
            "check the folder's permissions",
        ));
    };
    let (mut removed, mut kept) = (0_u64, 0_u64);
    // Look again under the lock: another run may have changed the folder meanwhile.
    for orphan in &orphans(out)? {
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
    finish(options, &format!("{removed} removed, {kept} kept"), false);
    Ok(match kept {
        0 => Exit::AllDone,
        _ => Exit::SomeFailed,
    })
}

/// Results whose source is gone, or was prepared under another name since.
fn orphans(out: &Path) -> Result<Vec<Orphan>, CliError> {
    let all = state::known(out, |known| known, |known| known.at)?;
    let all: Vec<Known> = all.into_iter().map(|(_, known)| known).collect();
    let (mut latest, mut witnesses, mut gone) = (HashMap::new(), HashMap::new(), HashSet::new());
    for known in &all {
        let Some(origin) = &known.origin else {
            continue;
        };
        if is_gone(known) {
            gone.insert(&known.output);
            continue;
        }
        let last = latest.entry(same(origin)).or_insert(known);
        if known.at > last.at {
            *last = known;
        }
        if !witnesses.contains_key(&origin.root) {
            let source = origin.root.join(&origin.source);
            if fs::symlink_metadata(&source).is_ok() {
                witnesses.insert(&origin.root, source);
            }
        }
    }
    let reason = |known: &Known| {
        let origin = known.origin.as_ref()?;
        if gone.contains(&known.output) {
            let witness = witnesses.get(&origin.root).cloned();
            return Some(Reason::Gone { witness });
        }
        let last = latest.get(&same(origin))?;
        (last.at > known.at).then(|| Reason::Renamed(last.output.clone()))
    };
    let reasons: Vec<Option<Reason>> = all.iter().map(reason).collect();
    let pairs = all.into_iter().zip(reasons);
    let orphans = pairs.filter_map(|(known, reason)| {
        let reason = reason?;
        Some(Orphan { known, reason })
    });
    Ok(orphans.collect())
}

/// What identifies a result apart from its name. One source has one result under one set of
/// settings; if there are two names for it, one is left over from before.
fn same(origin: &Origin) -> (&Path, &Path, Hash) {
    (&origin.root, &origin.source, origin.recipe)
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

fn finish(options: &Options, text: &str, ask: bool) {
    if options.quiet || options.json {
        return;
    }
    console::print_line(text);
    if ask {
        console::print_line("next: add --delete to delete them");
    }
}
