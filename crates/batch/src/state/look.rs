//! Reads the caches of a folder without writing anything there.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use super::error::StateError;
use super::intent;
use super::reader::Reader;
use super::row::Known;
use crate::error::CliError;
use crate::files::STATE_FOLDER;
use crate::files::fingerprint::{Hash, Stamp};
use crate::naming::shard::Shard;

/// Opens every cache of `out` for reading; writes nothing.
pub fn look(out: &Path) -> Result<Vec<Reader>, CliError> {
    let folder = out.join(STATE_FOLDER);
    let shards = shard_files(&folder).into_iter();
    let shards = shards.map(|file| folder.join(file));
    let files = whole_file(&folder).into_iter().chain(shards);
    files
        .filter_map(|file| {
            let found = Reader::look(&file).map_err(|error| match error {
                StateError::Version { .. } => error.later_version(),
                error => CliError::environment(
                    format!("{}: {error}", file.display()),
                    "prepare into the folder again: a damaged cache is rebuilt",
                ),
            });
            found.transpose()
        })
        .collect()
}

/// Everything that is recorded of the results in `out`, including what has no row yet.
pub struct Rows {
    /// Rows are written some time after their results, or never if the run is killed.
    pending: HashMap<PathBuf, Vec<Known>>,
    readers: Vec<Reader>,
}

impl Rows {
    /// Reads `out`; writes nothing.
    pub fn look(out: &Path) -> Result<Self, CliError> {
        // Before the rows: a run that ends meanwhile writes its rows, and then removes these.
        let pending = intent::pending(out).map_err(|error| unread(&error))?;
        Ok(Self {
            pending,
            readers: look(out)?,
        })
    }

    /// Rows that are known already.
    pub fn of(known: impl Iterator<Item = Known>) -> Self {
        let mut pending: HashMap<PathBuf, Vec<Known>> = HashMap::new();
        for known in known {
            pending.entry(known.output.clone()).or_default().push(known);
        }
        Self {
            pending,
            readers: Vec::new(),
        }
    }

    /// The latest record of a result among rows that are known to fit it.
    pub fn recorded(&self, output: &Path) -> Option<Known> {
        let all = self.pending.get(output).into_iter().flatten();
        all.max_by_key(|known| known.at).cloned()
    }

    /// The latest record of a result that fits the file at `path`. `output` is the name of the result
    /// in the folder.
    pub fn find(&self, output: &Path, path: &Path) -> Result<Option<Known>, CliError> {
        let Ok(found) = fs::symlink_metadata(path) else {
            return Ok(None);
        };
        let found = Stamp::of_result(&found);
        let hash = OnceCell::new();
        let is_hash =
            |known: &Known| *hash.get_or_init(|| Hash::of_file(path).ok()) == Some(known.hash);
        let mut latest: Option<Known> = None;
        for reader in &self.readers {
            let row = reader.find(output).map_err(|error| unread(&error))?;
            let fits = |row: &Known| {
                row.stamp.proves(found) || row.stamp.bytes == found.bytes && is_hash(row)
            };
            latest = latest
                .into_iter()
                .chain(row.filter(fits))
                .max_by_key(|it| it.at);
        }
        // An intent has no stamp, because the file was not there yet.
        let pending = self.pending.get(output).into_iter().flatten();
        let pending = pending.filter(|known| is_hash(known)).cloned();
        Ok(latest.into_iter().chain(pending).max_by_key(|it| it.at))
    }
}

fn unread(error: &StateError) -> CliError {
    CliError::environment(error.to_string(), "prepare into the folder again")
}

/// The cache rows of `out` by the name of the result. If several shards know one, the latest counts.
pub fn known<T>(
    out: &Path,
    keep: impl Fn(Known) -> T,
    at: impl Fn(&T) -> i64,
) -> Result<Vec<(PathBuf, T)>, CliError> {
    known_to(&look(out)?, out, keep, at)
}

/// Like [`known`], of caches of `out` that are open.
pub fn known_to<T>(
    readers: &[Reader],
    out: &Path,
    keep: impl Fn(Known) -> T,
    at: impl Fn(&T) -> i64,
) -> Result<Vec<(PathBuf, T)>, CliError> {
    if readers.is_empty() {
        let message = format!("{} has no results of avatar-prep", out.display());
        let hint = "name a folder that avatar-prep wrote: it has a .avatar-prep/cache.sqlite";
        return Err(CliError::usage(message, hint));
    }
    let mut all: BTreeMap<PathBuf, T> = BTreeMap::new();
    for reader in readers {
        let each = |known: Known| {
            let output = known.output.clone();
            let kept = keep(known);
            if all.get(&output).is_none_or(|other| at(other) <= at(&kept)) {
                all.insert(output, kept);
            }
        };
        reader.all(each).map_err(|error| unread(&error))?;
    }
    Ok(all.into_iter().collect())
}

/// The file of the journal of deliveries. Earlier versions kept the results in it too; its name
/// stays, so that no version loses sight of a delivery.
pub const JOURNAL: &str = "state.sqlite";

/// The cache that a run with this shard writes.
pub(super) fn cache_file(shard: Shard) -> PathBuf {
    match shard.name() {
        Some(name) => format!("cache-{name}.sqlite").into(),
        None => "cache.sqlite".into(),
    }
}

/// The cache of unsharded runs: its own file, or else the journal's file, where earlier versions kept
/// it.
pub(super) fn whole_file(folder: &Path) -> Option<PathBuf> {
    let files = [cache_file(Shard::WHOLE), JOURNAL.into()];
    let mut files = files.iter().map(|file| folder.join(file));
    files.find(|file| file.exists())
}

/// The caches of shards in the folder, including those of earlier versions.
pub(super) fn shard_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let is_shards = |name: &String| {
        let starts = name.starts_with("cache-") || name.starts_with("state-");
        starts && name.ends_with(".sqlite")
    };
    let mut names: Vec<String> = names.filter(is_shards).collect();
    names.sort_by_key(|name| (name.len(), name.clone()));
    names.into_iter().map(PathBuf::from).collect()
}
