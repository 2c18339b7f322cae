//! Where the results keep what is known of their deliveries, and how it is told.

use std::path::{Path, PathBuf};

use avatar_upload::Journal;

use super::{no_journal, report};
use crate::options::Options;
use crate::usage::UsageError;
use crate::{Exit, console, state};

/// The folder that pictures are relative to.
pub(super) fn root(output: &Path) -> &Path {
    match output.parent() {
        Some(parent) if output.is_file() && parent != Path::new("") => parent,
        Some(_) if output.is_file() => Path::new("."),
        _ => output,
    }
}

/// The folder of all results that `output` is a part of: the nearest above it with a state, so
/// that a part has no journal of its own.
pub(super) fn results(output: &Path) -> PathBuf {
    let root = root(output);
    let whole = root.canonicalize().unwrap_or_else(|_| root.into());
    let mut above = whole.ancestors();
    let known = above.find(|folder| folder.join(state::FOLDER).is_dir());
    known.unwrap_or(root).into()
}

/// The path from the folder of all results to these; empty for all of them.
pub(super) fn part(output: &Path) -> PathBuf {
    let results = results(output);
    let root = root(output).canonicalize().unwrap_or_default();
    let part = results.canonicalize().ok();
    let part = part.and_then(|results| root.strip_prefix(results).map(Path::to_path_buf).ok());
    part.unwrap_or_default()
}

/// The folder of the state, beside the pictures.
pub(super) fn folder(output: &Path) -> PathBuf {
    results(output).join(state::FOLDER)
}

/// The database; rehearsals have their own, so that nothing rehearsed counts as delivered.
pub(super) fn journal(options: &Options, output: &Path) -> PathBuf {
    let name = match options.upload.rehearsal {
        Some(_) => "rehearsal.sqlite",
        None => "state.sqlite",
    };
    folder(output).join(name)
}

/// `upload --status`: every delivery that is known.
pub(super) fn tell(options: &Options, output: &Path) -> Result<Exit, UsageError> {
    let path = journal(options, output);
    let mut entries = Vec::new();
    // Results that were prepared have a database too, without a delivery in it.
    if path.exists() {
        let journal = Journal::open(&path).map_err(|error| no_journal(&error))?;
        entries = journal.entries().map_err(|error| no_journal(&error))?;
    }
    if entries.is_empty() && !options.json {
        console::print_line("nothing was uploaded from here");
    }
    for entry in &entries {
        report::entry(options, entry, entry.state.name());
    }
    Ok(Exit::AllDone)
}
