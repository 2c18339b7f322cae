//! Records what a run is about to publish, so that a result is known even if the process is killed
//! before its row is written. Without a row, `clean` would never find it after its name has
//! changed.
//!
//! Each intent is appended to a file with one write, which survives the process. The file is removed
//! once all rows are written.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::column::{path_bytes, path_from_bytes};
use super::error::StateError;
use super::reader::Reader;
use super::row::{Details, Known, Origin};
use super::writer::Writer;
use crate::files::STATE_FOLDER;
use crate::files::fingerprint::{Hash, Stamp, hex};
use crate::naming::shard::Shard;

/// An intent as one line of the file. Paths and hashes are hexadecimal digits, because a path may
/// not be text.
#[derive(Serialize, Deserialize)]
struct Line<'a> {
    output: String,
    hash: String,
    at: i64,
    root: String,
    source: String,
    source_bytes: u64,
    source_written: Option<i64>,
    source_hash: String,
    recipe: String,
    /// The text of the recipe, in the first line that refers to it.
    recipe_text: Option<String>,
    max_bytes: u64,
    #[serde(default)]
    preset: Option<String>,
    details: Cow<'a, Details>,
}

/// The intents of this run.
pub struct Intents {
    path: PathBuf,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    file: Option<Arc<File>>,
    recipes: HashSet<Hash>,
}

impl Intents {
    pub(super) fn new(folder: &Path, shard: Shard) -> Self {
        let name = match shard.name() {
            Some(name) => format!("intents-{name}"),
            None => "intents".into(),
        };
        Self {
            path: folder.join(name),
            open: Mutex::new(Open::default()),
        }
    }

    /// Adds a result that is about to be published; `recipe` is the text of its recipe, which only the
    /// first result needs. A failure does no harm to the result.
    pub fn add(&self, known: &Known, recipe: impl Fn() -> String) {
        let Some(origin) = &known.origin else {
            return;
        };
        let mut open = self.open();
        let is_first = open.recipes.insert(origin.recipe);
        let file = open.file(&self.path);
        if is_first {
            // No line may refer to a recipe whose text is not written yet.
            write(file, known, origin, Some(recipe()));
            return;
        }
        drop(open);
        write(file, known, origin, None);
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes all intents, because their rows are written.
    pub fn clear(&self) {
        let mut open = self.open();
        if open.file.is_some() {
            let _ = fs::remove_file(&self.path);
        }
        *open = Open::default();
    }
}

impl Open {
    /// The file, opened when it is first needed.
    fn file(&mut self, path: &Path) -> Option<Arc<File>> {
        if self.file.is_none() {
            let file = OpenOptions::new().create(true).append(true).open(path);
            self.file = file.ok().map(Arc::new);
            if let Some(mut file) = self.file.as_deref() {
                // The last line of an earlier run may have been cut: this one must not become a part of it.
                let _ = file.write_all(b"\n");
            }
        }
        self.file.clone()
    }
}

/// Appends the line of an intent with one call, so that lines of several threads stay whole.
fn write(file: Option<Arc<File>>, known: &Known, origin: &Origin, recipe_text: Option<String>) {
    let Some(file) = file else { return };
    let line = Line {
        output: hex(&path_bytes(&known.output)),
        hash: known.hash.to_string(),
        at: known.at,
        root: hex(&path_bytes(&origin.root)),
        source: hex(&path_bytes(&origin.source)),
        source_bytes: origin.stamp.bytes,
        source_written: origin.stamp.written,
        source_hash: origin.hash.to_string(),
        recipe: origin.recipe.to_string(),
        recipe_text,
        max_bytes: origin.max_bytes,
        preset: known.preset.clone(),
        details: Cow::Borrowed(&known.details),
    };
    if let Ok(mut line) = serde_json::to_vec(&line) {
        line.push(b'\n');
        let _ = (&*file).write_all(&line);
    }
}

/// Whether a killed run may have left results in `out` without a row.
pub fn has_intents(out: &Path) -> bool {
    !files(&out.join(STATE_FOLDER), Shard::WHOLE).is_empty()
}

/// The intents in `out` by the name of the result, oldest first: what a killed run published, or a
/// run that is still going, without a row yet. Which of them was published is for the caller to
/// tell, by the hash.
pub(super) fn pending(out: &Path) -> Result<HashMap<PathBuf, Vec<Known>>, StateError> {
    let mut all: HashMap<PathBuf, Vec<Known>> = HashMap::new();
    for path in files(&out.join(STATE_FOLDER), Shard::WHOLE) {
        let found = match fs::read(&path) {
            // The run has ended, and its rows are written.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            found => found?,
        };
        // The last line may have been cut; then its result was not published.
        let lines = found.split(|byte| *byte == b'\n');
        let lines = lines.filter_map(|line| serde_json::from_slice::<Line<'_>>(line).ok());
        for known in lines.filter_map(Line::known) {
            all.entry(known.output.clone()).or_default().push(known);
        }
    }
    Ok(all)
}

/// Writes rows for results that killed runs published without one. An unsharded run holds the
/// folder alone, so it does this for all shards.
pub(super) fn adopt(
    folder: &Path,
    out: &Path,
    shard: Shard,
    (readers, writer): (&[Reader], &mut Writer),
) -> Result<(), StateError> {
    for path in files(folder, shard) {
        let mut rows = Vec::new();
        // The last line may have been cut.
        let found = fs::read(&path)?;
        let lines = found.split(|byte| *byte == b'\n');
        for line in lines.filter_map(|line| serde_json::from_slice::<Line<'_>>(line).ok()) {
            if let (Some(text), Some(recipe)) = (&line.recipe_text, Hash::parse(&line.recipe)) {
                writer.announce(recipe, text, line.max_bytes)?;
            }
            rows.extend(
                line.known()
                    .and_then(|known| published(out, known, readers)),
            );
        }
        writer.keep(&rows)?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

fn files(folder: &Path, shard: Shard) -> Vec<PathBuf> {
    if shard != Shard::WHOLE {
        let own = Intents::new(folder, shard).path;
        return own.exists().then_some(own).into_iter().collect();
    }
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_one = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name == "intents" || name.starts_with("intents-"))
    };
    entries.map(|entry| entry.path()).filter(is_one).collect()
}

impl Line<'_> {
    fn known(self) -> Option<Known> {
        let path = |digits: &str| path_from_bytes(&unhex(digits)?);
        Some(Known {
            output: path(&self.output)?,
            stamp: Stamp {
                bytes: 0,
                written: None,
            },
            hash: Hash::parse(&self.hash)?,
            at: self.at,
            origin: Some(Origin {
                root: path(&self.root)?,
                source: path(&self.source)?,
                stamp: Stamp {
                    bytes: self.source_bytes,
                    written: self.source_written,
                },
                hash: Hash::parse(&self.source_hash)?,
                recipe: Hash::parse(&self.recipe)?,
                max_bytes: self.max_bytes,
            }),
            former: None,
            preset: self.preset,
            details: self.details.into_owned(),
        })
    }
}

/// The row of a result, if it was published and has none yet.
fn published(out: &Path, known: Known, readers: &[Reader]) -> Option<Known> {
    let path = out.join(&known.output);
    let metadata = fs::symlink_metadata(&path)
        .ok()
        .filter(fs::Metadata::is_file)?;
    let mut rows = readers.iter();
    let row = rows.find_map(|reader| reader.find(&known.output).ok()?);
    if row.is_some_and(|row| row.hash == known.hash && row.at == known.at) {
        return None;
    }
    let stamp = Stamp::of_result(&metadata);
    let is_there = Hash::of_file(&path).is_ok_and(|hash| hash == known.hash);
    is_there.then_some(Known { stamp, ..known })
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs.map(byte).collect()
}
