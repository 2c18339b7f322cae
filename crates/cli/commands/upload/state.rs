//! Where the journal of deliveries is, and how its content is printed.

use std::path::{Path, PathBuf};

use avatar_upload::{Journal, Pacer, State};
use tempfile::TempDir;

use super::deliver::pace_folder;
use super::{no_journal, report};
use crate::args::Options;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files::STATE_FOLDER;
use crate::report::console;
use crate::state::{JOURNAL, snapshot};

/// The folder to which paths of pictures are relative.
pub(super) fn root(output: &Path) -> &Path {
    match output.parent() {
        Some(parent) if output.is_file() && parent != Path::new("") => parent,
        Some(_) if output.is_file() => Path::new("."),
        _ => output,
    }
}

/// The folder of all results to which `output` belongs: the nearest folder above it that has a
/// state. So delivering a part of the results uses the same journal.
pub(super) fn results(output: &Path) -> PathBuf {
    let root = root(output);
    let whole = root.canonicalize().unwrap_or_else(|_| root.into());
    let mut above = whole.ancestors();
    let known = above.find(|folder| folder.join(STATE_FOLDER).is_dir());
    known.unwrap_or(root).into()
}

/// The path from the folder of all results to `output`; empty if they are the same.
pub(super) fn part(output: &Path) -> PathBuf {
    let results = results(output);
    let root = root(output).canonicalize().unwrap_or_default();
    let part = results.canonicalize().ok();
    let part = part.and_then(|results| root.strip_prefix(results).map(Path::to_path_buf).ok());
    part.unwrap_or_default()
}

/// The folder of the state, beside the pictures.
pub(super) fn folder(output: &Path) -> PathBuf {
    results(output).join(STATE_FOLDER)
}

/// The path of the journal. Rehearsals have their own, so that a rehearsed delivery does not count
/// as a real one.
pub(super) fn journal(options: &Options, output: &Path) -> PathBuf {
    let name = match options.upload.rehearsal {
        Some(_) => "rehearsal.sqlite",
        None => JOURNAL,
    };
    folder(output).join(name)
}

/// A journal that is open for reading, and the temporary copy that it is read from, if a run is
/// active or was killed.
pub(super) type Look = (Option<Journal>, Option<TempDir>);

/// Opens the journal for reading; writes nothing. There is none if nothing was ever delivered, even
/// if a database exists, because earlier versions kept results in the same file.
pub(super) fn look(options: &Options, output: &Path) -> Result<Look, CliError> {
    let path = journal(options, output);
    if !path.exists() {
        return Ok((None, None));
    }
    let look = snapshot::of(&path, |address| Ok(Journal::look(address)?));
    look.map_err(|error| no_journal(&error))
}

/// `upload --status`: prints what each account shows and what was tried last; with `--verbose`, all
/// deliveries.
pub(super) fn tell(options: &Options, output: &Path) -> Result<Exit, CliError> {
    let (journal, _copy) = look(options, output)?;
    let entries = journal.map_or(Ok(Vec::new()), |journal| journal.entries());
    let entries = entries.map_err(|error| no_journal(&error))?;
    if entries.is_empty() && !options.json {
        console::print_table("nothing was uploaded from here");
    }
    let pacer = Pacer::look(pace_folder(options, &folder(output)));
    for account in entries.chunk_by(|one, next| one.target == next.target) {
        let newest = account.iter().max_by_key(|entry| entry.updated);
        for entry in account {
            let shows = matches!(entry.state, State::Applied);
            let state = match entry.state {
                State::Applied if pacer.last_was_another(&entry.target, &entry.sha256) => {
                    State::Replaced
                }
                state => state,
            };
            if shows || newest == Some(entry) || options.verbose {
                report::table(options, entry, state.name());
            }
        }
    }
    Ok(Exit::AllDone)
}
