//! Finds the folder with the pacing of accounts, and warns if other senders may not share it.

use std::path::{Path, PathBuf};
use std::{fs, io};

use avatar_batch::args::Options;
use avatar_batch::error::CliError;
use avatar_batch::report::console;
use avatar_upload::Pacer;

use super::token;

/// The file beside the journal that identifies the pacing folder of the last upload.
const LAST: &str = "pacing";

/// The folder with the times of the last sends: the one from `--pace-dir`, or the user's own, so
/// that uploads from different folders of results keep the pause between sends to one account. If
/// the user has no such folder, it is in `state`, the folder of the results. A rehearsal has its
/// own folder, because it says nothing about real accounts.
pub(super) fn folder(options: &Options, state: &Path) -> PathBuf {
    let name = match options.upload.rehearsal {
        Some(_) => "rehearsal-pace",
        None => "pace",
    };
    if let Some(folder) = &options.upload.pace_dir {
        return folder.join(name);
    }
    of_user(name).unwrap_or_else(|| state.join(name))
}

fn of_user(name: &str) -> Option<PathBuf> {
    let home = |variable: &str, below: &str| {
        token::variable(variable).map(|home| Path::new(&home).join(below).join(name))
    };
    home("XDG_STATE_HOME", "avatar-prep")
        .or_else(|| home("LOCALAPPDATA", "avatar-prep"))
        .or_else(|| home("HOME", ".local/state/avatar-prep"))
}

/// Opens the folder. Warns if another program may send to the same accounts without sharing the
/// folder: each would keep its own pauses, and together they would send too often.
pub(super) fn open(options: &Options, state: &Path) -> Result<Pacer, CliError> {
    let folder = folder(options, state);
    let pacer = Pacer::open(folder.clone()).map_err(|error| no_times(&folder, &error))?;
    if options.upload.rehearsal.is_some() {
        return Ok(pacer);
    }
    let identity = pacer.identity();
    let identity = identity.map_err(|error| no_times(&folder, &error))?;
    if let Some(why) = unshared(options, state, &identity) {
        console::print_warning(&format!(
            "{why}: pictures may be sent too often to one account; use the same --pace-dir everywhere"
        ));
    }
    // If this cannot be written, only a later warning is missing.
    let _ = fs::write(state.join(LAST), identity);
    Ok(pacer)
}

/// The refusal to send without the pauses that the times are for.
fn no_times(folder: &Path, error: &io::Error) -> CliError {
    let message = format!(
        "could not keep the times of sends in {}: {error}",
        folder.display()
    );
    CliError::environment(message, "name a folder that can be written with --pace-dir")
}

/// The reason why other senders may not share the pacing, if there is one.
fn unshared(options: &Options, state: &Path, identity: &str) -> Option<&'static str> {
    let last = fs::read_to_string(state.join(LAST)).unwrap_or_default();
    if !last.is_empty() && last != identity {
        return Some("the last upload of these results kept the times of sends in another folder");
    }
    if options.upload.pace_dir.is_some() {
        return None;
    }
    if of_user("pace").is_none() {
        return Some("there is no home folder, so the times of sends are kept with these results");
    }
    let is_placed = token::variable("XDG_STATE_HOME").is_some();
    let text = "this is a container, and the times of its sends are lost when it ends";
    (is_container() && !is_placed).then_some(text)
}

/// Whether this is a container, according to files and variables that container engines create.
fn is_container() -> bool {
    let files = ["/.dockerenv", "/run/.containerenv"];
    let variables = ["container", "KUBERNETES_SERVICE_HOST"];
    files.iter().any(|file| Path::new(file).exists())
        || variables.iter().any(|name| token::variable(name).is_some())
}
