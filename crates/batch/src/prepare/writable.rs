//! Refuses an OUT in which no result can be written, before a picture is decoded in vain.

use std::collections::HashSet;
use std::path::Path;

use crate::error::CliError;
use crate::files::publish;
use crate::naming::Task;

/// Tasks among which one without a result is looked for: if all of them have one, the run is most likely up
/// to date, and looking at every result would cost as much as that run.
const FIRST: usize = 100;

/// Refuses the run if a result is missing and none can be written. The folders of results that are there
/// are tried too: one of them may have to be made again, which is not known yet.
pub(super) fn check(tasks: &[Task]) -> Result<(), CliError> {
    let outputs = || {
        tasks.iter().filter_map(|task| match task {
            Task::Prepare(picture) => Some(&*picture.output),
            Task::Skip(_) | Task::Fail(_) => None,
        })
    };
    let is_missing = |output: &&Path| std::fs::symlink_metadata(output).is_err();
    if !outputs().take(FIRST).any(|output| is_missing(&output)) {
        return Ok(());
    }
    let mut tried = HashSet::new();
    let mut refused = None;
    for folder in outputs().map(publish::folder) {
        if !tried.insert(folder) {
            continue;
        }
        match publish::try_folder(folder) {
            Ok(()) => return Ok(()),
            Err(error) => refused = refused.or(Some((folder, error))),
        }
    }
    let Some((folder, error)) = refused else {
        return Ok(());
    };
    Err(CliError::environment(
        format!("{} cannot be written: {error}", folder.display()),
        "check its permissions and its disk, or choose another folder for the results",
    ))
}
