//! Where the tars of a run go, and what is packed there already.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::CliError;
use crate::naming::Picture;
use crate::naming::shard::Shard;
use crate::objects::address::is_address;
use crate::packs::key::key;
use crate::packs::packed::Packed;
use crate::packs::place::TarPlace;
use crate::report::record::Removed;

/// Where tars go, and what is packed there already.
pub(in super::super) struct Packs<'a> {
    pub(in super::super) place: TarPlace<'a>,
    pub(in super::super) packed: Packed,
    /// OUT, as the paths of results begin.
    pub(in super::super) out: PathBuf,
}

/// The key of a result below `out`.
pub(super) fn key_of(picture: &Picture, out: &Path) -> String {
    let below = picture.output.strip_prefix(out);
    key(below.unwrap_or(&picture.output))
}

impl<'a> Packs<'a> {
    /// Reads what is packed, for a run that makes these pictures; `writes` unless it is a dry run.
    pub(in super::super) fn open(
        place: TarPlace<'a>,
        out: &Path,
        (shard, pictures): (Shard, &[Picture]),
        writes: bool,
    ) -> Result<Self, CliError> {
        place.check_layout(shard, writes)?;
        let keys = pictures.iter().filter(|_| shard != Shard::WHOLE);
        let keys = keys.map(|picture| key_of(picture, out)).collect();
        Ok(Self {
            packed: Packed::read(&place, shard, &keys, writes)?,
            place,
            out: out.to_path_buf(),
        })
    }

    /// The results whose source is no longer below one of these roots, sorted by source. `named` has what
    /// [`from`](crate::packs::packed::from) says of the sources of this run: the text of a row may not be their path.
    pub(in super::super) fn removed(
        &self,
        roots: &HashSet<PathBuf>,
        sources: &HashSet<PathBuf>,
        named: &HashSet<String>,
    ) -> Vec<Removed> {
        let all = self.packed.samples();
        let unnamed = all.filter(|sample| !named.contains(&sample.row.from));
        let gone = unnamed.filter_map(|sample| {
            let root = PathBuf::from(&sample.row.root);
            let source = root.join(&sample.row.source);
            let is_there = match is_address(&root) {
                true => sources.contains(&source),
                false => fs::symlink_metadata(&source).is_ok(),
            };
            (roots.contains(&root) && !is_there).then(|| Removed {
                source: source.display().to_string(),
                output: self.place.shown_tar(&sample.tar),
            })
        });
        let mut removed: Vec<Removed> = gone.collect();
        removed.sort();
        removed
    }
}
