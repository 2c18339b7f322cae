//! What is known of the results in a folder, without writing anything there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::error::StateError;
use super::reader::Reader;
use super::row::Known;
use crate::error::CliError;
use crate::files::STATE_FOLDER;

/// What is known of the results in `out`, by any shard, without writing anything there.
pub(crate) fn look(out: &Path) -> Result<Vec<Reader>, CliError> {
    let folder = out.join(STATE_FOLDER);
    let files = all_files(&folder).into_iter();
    files
        .filter_map(|file| {
            let found = Reader::look(&folder.join(&file)).map_err(|error| match error {
                StateError::Version { .. } => error.later_version(),
                error => CliError::usage(
                    format!("{}: {error}", folder.join(&file).display()),
                    "prepare into the folder again: a broken state file is set aside and rebuilt",
                ),
            });
            found.transpose()
        })
        .collect()
}

/// What is known of the results in `out`, by name; of several shards the one that wrote last.
pub(crate) fn known<T>(
    out: &Path,
    keep: impl Fn(Known) -> T,
    at: impl Fn(&T) -> i64,
) -> Result<Vec<(PathBuf, T)>, CliError> {
    let readers = look(out)?;
    if readers.is_empty() {
        let message = format!("nothing is known of {}", out.display());
        let hint = "name a folder that avatar-prep wrote: it has a .avatar-prep/state.sqlite";
        return Err(CliError::usage(message, hint));
    }
    let mut all: BTreeMap<PathBuf, T> = BTreeMap::new();
    for reader in &readers {
        let each = |known: Known| {
            let output = known.output.clone();
            let kept = keep(known);
            if all.get(&output).is_none_or(|other| at(other) <= at(&kept)) {
                all.insert(output, kept);
            }
        };
        reader
            .all(each)
            .map_err(|error| CliError::usage(error.to_string(), "prepare into the folder again"))?;
    }
    Ok(all.into_iter().collect())
}

/// The state files in the folder, that of runs without shards first.
pub(super) fn all_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names
        .filter(|name| name.starts_with("state") && name.ends_with(".sqlite"))
        .collect();
    names.sort_by_key(|name| (name.len(), name.clone()));
    names.into_iter().map(PathBuf::from).collect()
}
