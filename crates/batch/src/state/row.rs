//! The cache row of one result.

use std::path::PathBuf;

use rusqlite::Row;
use serde::{Deserialize, Serialize};

use super::column::PathColumn;
use super::kept_note::KeptNote;
use crate::files::fingerprint::{Hash, Stamp};

/// One result as it was published.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Relative to the folder of results.
    pub output: PathBuf,
    pub stamp: Stamp,
    pub hash: Hash,
    /// Seconds since 1970.
    pub at: i64,
    /// None for a result that was found, not made.
    pub origin: Option<Origin>,
    /// Set if a later run made a result of its source under another name.
    pub former: Option<Former>,
    /// The platform that it was made for, in a run with several.
    pub preset: Option<String>,
    pub details: Details,
}

/// What replaced a result.
#[derive(Debug, Clone, PartialEq)]
pub struct Former {
    /// The other result; empty if an earlier version did not record it.
    pub by: PathBuf,
    /// Whether it was made with the same settings. If not, both may be wanted.
    pub same_recipe: bool,
}

impl Known {
    /// Whether another result has certainly replaced it.
    pub fn is_replaced(&self) -> bool {
        let certain = |former: &Former| former.same_recipe && former.by != PathBuf::new();
        self.former.as_ref().is_some_and(certain)
    }
}

/// What a result was made of, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// The input folder, absolute.
    pub root: PathBuf,
    /// The source, relative to it.
    pub source: PathBuf,
    pub stamp: Stamp,
    pub hash: Hash,
    /// Hash of all settings that change bytes and of the engine's version.
    pub recipe: Hash,
    /// The byte cap at that time.
    pub max_bytes: u64,
}

/// Details of a result, for later records.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Details {
    pub format: Option<String>,
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub orientation: Option<u8>,
    pub edge: Option<u32>,
    pub quality: Option<u8>,
    pub subsampling: Option<String>,
    /// Each as [`KeptNote`] writes it.
    pub notes: Vec<String>,
    /// The colour behind transparency.
    #[serde(default)]
    pub background: Option<String>,
    /// The `framing` object of its record, as JSON.
    #[serde(default)]
    pub framing: Option<String>,
    /// Its perceptual hash, as text.
    #[serde(default)]
    pub perceptual_hash: Option<String>,
}

impl Details {
    /// The notes, read.
    pub fn kept_notes(&self) -> impl Iterator<Item = KeptNote<'_>> {
        self.notes.iter().map(|note| KeptNote::parse(note))
    }

    /// The code of each note; empty for a note that an earlier version stored.
    pub fn flags(&self) -> impl Iterator<Item = String> {
        self.kept_notes().map(|note| note.code.into())
    }

    /// The words of each note that is a warning.
    pub fn warnings(&self) -> impl Iterator<Item = &str> {
        let warnings = self.kept_notes().filter(|note| note.is_warning);
        warnings.map(|note| note.words)
    }
}

/// The columns that [`read`] expects and that every version has.
const COLUMNS: &str = "output, bytes, written, result.hash, at, path, source, source_bytes, \
    source_written, source_hash, prepare_recipe.hash, max_bytes, format, width, height, \
    orientation, edge, quality, subsampling, notes, ";

/// The columns of a cache of this version. Earlier versions have fewer.
pub(super) fn columns(version: i64) -> String {
    let later = match version {
        ..2 => "NULL, 0, NULL, NULL, NULL, NULL",
        2 => "former, former_recipe, NULL, NULL, NULL, NULL",
        3 => "former, former_recipe, background, framing, likeness, NULL",
        _ => LATER,
    };
    format!("{COLUMNS}{later}")
}

/// The columns that were added after the first version, in the order in which they were added.
pub(super) const LATER: &str =
    "former, former_recipe, background, framing, perceptual_hash, preset";

/// The tables that hold those columns.
pub(super) const TABLES: &str = "prepare_output AS result \
    LEFT JOIN prepare_root ON result.root = prepare_root.id \
    LEFT JOIN prepare_recipe ON result.recipe = prepare_recipe.id";

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Known> {
    Ok(Known {
        output: row.get::<_, PathColumn<PathBuf>>(0)?.0,
        stamp: stamp(row, 1)?.unwrap_or(Stamp {
            bytes: 0,
            written: None,
        }),
        hash: row.get(3)?,
        at: row.get(4)?,
        origin: origin(row)?,
        former: former(row)?,
        preset: row.get(25)?,
        details: details(row)?,
    })
}

fn stamp(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<Stamp>> {
    let bytes: Option<i64> = row.get(first)?;
    let written = row.get(first + 1)?;
    let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
    Ok(bytes.map(|bytes| Stamp { bytes, written }))
}

/// None unless all of its columns are set.
fn origin(row: &Row<'_>) -> rusqlite::Result<Option<Origin>> {
    let root: Option<PathColumn<PathBuf>> = row.get(5)?;
    let source: Option<PathColumn<PathBuf>> = row.get(6)?;
    let max_bytes: Option<i64> = row.get(11)?;
    let (Some(root), Some(source), Some(stamp), Some(hash), Some(recipe)) =
        (root, source, stamp(row, 7)?, row.get(9)?, row.get(10)?)
    else {
        return Ok(None);
    };
    Ok(Some(Origin {
        root: root.0,
        source: source.0,
        stamp,
        hash,
        recipe,
        max_bytes: max_bytes.and_then(|n| n.try_into().ok()).unwrap_or(0),
    }))
}

fn former(row: &Row<'_>) -> rusqlite::Result<Option<Former>> {
    let by: Option<PathColumn<PathBuf>> = row.get(20)?;
    let same_recipe = row.get(21)?;
    Ok(by.map(|by| Former {
        by: by.0,
        same_recipe,
    }))
}

fn details(row: &Row<'_>) -> rusqlite::Result<Details> {
    let notes: Option<String> = row.get(19)?;
    Ok(Details {
        format: row.get(12)?,
        width: row.get(13)?,
        height: row.get(14)?,
        orientation: row.get(15)?,
        edge: row.get(16)?,
        quality: row.get(17)?,
        subsampling: row.get(18)?,
        notes: notes
            .iter()
            .flat_map(|notes| notes.lines())
            .map(Into::into)
            .collect(),
        background: row.get(22)?,
        framing: row.get(23)?,
        perceptual_hash: row.get(24)?,
    })
}
