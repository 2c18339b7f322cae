//! What is packed already.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::index::{Index, SampleRow, There};
use super::named;
use super::place::{TarPlace, index_path};
use crate::error::CliError;
use crate::files::fingerprint::Hash;
use crate::naming::shard::Shard;

/// A sample in a tar.
pub struct Sample {
    /// The tar below OUT.
    pub tar: Arc<str>,
    pub row: SampleRow,
}

/// The samples in the tars of a share, and those in the tars of others that have a key of this share.
#[derive(Default)]
pub struct Packed {
    by_key: HashMap<String, Sample>,
    /// The key of each source.
    by_source: HashMap<String, String>,
    tars: BTreeSet<String>,
}

/// Names a source, and the platform if there are several.
pub fn from(root: &[u8], source: &[u8], preset: Option<&str>) -> String {
    let preset = preset.unwrap_or_default().as_bytes();
    Hash::of(&[root, b"\n", source, b"\n", preset].concat()).to_string()
}

impl Packed {
    /// Reads what a share packed, and what others packed with the keys that it is going to use. Refuses an OUT of
    /// which it does not know everything, because a picture could come into two tars. Nothing is deleted unless it
    /// `writes`.
    pub fn read(
        place: &TarPlace<'_>,
        shard: Shard,
        keys: &HashSet<String>,
        writes: bool,
    ) -> Result<Self, CliError> {
        let mut packed = Self::default();
        // Before their indexes, which are written first: so none of them can lack one.
        let tars = place.tars(|file| named::is_of(shard, file))?;
        let mut others = Vec::new();
        for (index, there) in place.indexes(shard)? {
            match there {
                There::Same => packed.add(index),
                There::Unmarked if is_whole(place, &index)? => packed.add(index),
                // A run was killed before it wrote the tar, or the tar was deleted.
                There::Absent => {}
                There::Unmarked | There::Other => {
                    let path = index_path(&index);
                    others.push((index.head.tar, path));
                }
            }
        }
        // Unless another index is that of the tar.
        if let Some((tar, _)) = others.iter().find(|(tar, _)| !packed.tars.contains(tar)) {
            return Err(unknown(place, tar));
        }
        if let Some(tar) = tars.iter().find(|tar| !packed.tars.contains(*tar)) {
            return Err(unknown(place, tar));
        }
        // The share follows the name of the source with its extension, the key that without it.
        for index in place.others(shard, keys)? {
            packed.add_rows(&index.head.tar, index.rows);
        }
        let stale: Vec<String> = others.into_iter().map(|(_, path)| path).collect();
        if writes {
            place.forget(&stale);
        }
        Ok(packed)
    }

    fn add(&mut self, index: Index) {
        for row in &index.rows {
            self.by_source.insert(row.from.clone(), row.key.clone());
        }
        self.add_rows(&index.head.tar, index.rows);
        self.tars.insert(index.head.tar);
    }

    fn add_rows(&mut self, tar: &str, rows: Vec<SampleRow>) {
        let tar: Arc<str> = tar.into();
        for row in rows {
            let sample = Sample {
                tar: Arc::clone(&tar),
                row,
            };
            self.by_key.insert(sample.row.key.clone(), sample);
        }
    }

    /// The sample with this key.
    pub fn with_key(&self, key: &str) -> Option<&Sample> {
        self.by_key.get(key)
    }

    /// The sample of this source, by what [`from`] says of it.
    pub fn of_source(&self, from: &str) -> Option<&Sample> {
        self.by_key.get(self.by_source.get(from)?)
    }

    /// All samples, of a run without shares.
    pub fn samples(&self) -> impl Iterator<Item = &Sample> {
        self.by_key.values()
    }

    /// The names of the next tars of a share. Numbers of deleted tars are used again, so that they have no gaps.
    pub fn free(&self, shard: Shard) -> impl Iterator<Item = String> + '_ {
        let all = (0_u32..).map(move |number| named::name(shard, number));
        all.filter(|name| !self.tars.contains(name))
    }
}

fn unknown(place: &TarPlace<'_>, tar: &str) -> CliError {
    CliError::environment(
        format!(
            "{} is not the tar that avatar-prep wrote there: what is in it is not known",
            place.shown_tar(tar)
        ),
        "if .avatar-prep/packs was lost, put it back; otherwise delete the tar, and its pictures are packed again; or choose another OUT",
    )
}

/// Whether the bytes of a tar are those of its index.
fn is_whole(place: &TarPlace<'_>, index: &Index) -> Result<bool, CliError> {
    let found = place.digest(&index.head.tar).map_err(|why| {
        let message = format!("could not read {}: {why}", place.shown_tar(&index.head.tar));
        CliError::environment(message, "run the same command again")
    })?;
    Ok(found.is_some_and(|(bytes, hash)| index.head.is_of(bytes, &hash)))
}
