//! What a run is about to publish, so that a result is known even if the process is killed before its
//! row is written: without a row, a result that later goes by another name would stay for ever.
//!
//! Each intent is appended to a file with one write, which survives the process. The file is removed
//! once all rows are written.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::column::{path_bytes, path_from_bytes};
use super::error::StateError;
use super::reader::Reader;
use super::row::{Details, Known, Origin};
use super::writer::Writer;
use crate::files::STATE_FOLDER;
use crate::files::fingerprint::{Hash, Stamp};
use crate::files::mark::{Occupant, occupant};
use crate::naming::shard::Shard;

/// Ends each field of an intent; no path contains it.
const END: u8 = 0;

/// A result that is about to be published.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Intent {
    /// Relative to the folder of results.
    pub(crate) output: PathBuf,
    pub(crate) root: PathBuf,
    /// Relative to the input folder.
    pub(crate) source: PathBuf,
    pub(crate) recipe: Hash,
}

/// The intents of this run.
pub(crate) struct Intents {
    path: PathBuf,
    file: Mutex<Option<File>>,
}

impl Intents {
    pub(super) fn new(folder: &Path, shard: Shard) -> Self {
        let name = shard
            .name()
            .map_or_else(|| "intents".into(), |name| format!("intents-{name}"));
        Self {
            path: folder.join(name),
            file: Mutex::new(None),
        }
    }

    /// Adds one. A failure does no harm to the result.
    pub(crate) fn add(&self, intent: &Intent) {
        let mut line = Vec::new();
        for path in [&intent.output, &intent.root, &intent.source] {
            line.extend(path_bytes(path));
            line.push(END);
        }
        line.extend(intent.recipe.to_string().bytes());
        line.push(END);
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if file.is_none() {
            let opened = OpenOptions::new()
                .create(true)
                .append(true)
                .open(&self.path);
            *file = opened.ok();
        }
        if let Some(file) = &mut *file {
            let _ = file.write_all(&line);
        }
    }

    /// Forgets all: their rows are written.
    pub(crate) fn clear(&self) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if file.take().is_some() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Writes rows for what killed runs published without one. An unsharded run holds the folder alone, so
/// it adopts what all shards left.
pub(super) fn adopt(
    folder: &Path,
    out: &Path,
    shard: Shard,
    (readers, writer): (&[Reader], &mut Writer),
) -> Result<(), StateError> {
    for path in files(folder, shard) {
        let found = fs::read(&path)?;
        let rows: Vec<Known> = parse(&found)
            .filter_map(|intent| row(out, intent, readers, writer).transpose())
            .collect::<Result<_, _>>()?;
        writer.keep(&rows)?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Whether a killed run left results in `out` that no row may tell of.
pub(crate) fn has_intents(out: &Path) -> bool {
    !files(&out.join(STATE_FOLDER), Shard::WHOLE).is_empty()
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

/// All whole intents; the last one may have been cut.
fn parse(bytes: &[u8]) -> impl Iterator<Item = Intent> {
    let fields: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == END).collect();
    let whole = |field: &[u8]| field.strip_suffix(&[END]).map(<[u8]>::to_vec);
    let intents: Vec<Intent> = fields
        .as_chunks::<4>()
        .0
        .iter()
        .filter_map(|[output, root, source, recipe]| {
            Some(Intent {
                output: path_from_bytes(&whole(output)?)?,
                root: path_from_bytes(&whole(root)?)?,
                source: path_from_bytes(&whole(source)?)?,
                recipe: Hash::parse(&whole(recipe)?)?,
            })
        })
        .collect();
    intents.into_iter()
}

/// The row of a result that was published; none if it has one already, or was not published.
fn row(
    out: &Path,
    intent: Intent,
    readers: &[Reader],
    writer: &mut Writer,
) -> Result<Option<Known>, StateError> {
    let path = out.join(&intent.output);
    let Some(max_bytes) = writer.recipe(intent.recipe)? else {
        return Ok(None);
    };
    let (Occupant::Result, Ok(metadata)) = (occupant(&path), fs::metadata(&path)) else {
        return Ok(None);
    };
    let stamp = Stamp::of_result(&metadata);
    let known = readers
        .iter()
        .find_map(|reader| reader.find(&intent.output).ok()?);
    if known
        .as_ref()
        .is_some_and(|known| known.stamp.proves(stamp))
    {
        return Ok(None);
    }
    let hash = Hash::of_file(&path)?;
    if known.is_some_and(|known| known.hash == hash) {
        return Ok(None);
    }
    Ok(Some(Known {
        output: intent.output,
        stamp,
        hash,
        at: stamp.written.unwrap_or_default() / 1_000_000_000,
        origin: Some(Origin {
            root: intent.root,
            source: intent.source,
            // What it was made of is not known, so that the next run makes it again.
            stamp: Stamp {
                bytes: 0,
                written: None,
            },
            hash: Hash([0; 32]),
            recipe: intent.recipe,
            max_bytes: u64::try_from(max_bytes).unwrap_or(0),
        }),
        former: None,
        details: Details::default(),
    }))
}
