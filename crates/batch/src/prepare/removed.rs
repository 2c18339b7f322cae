//! Results whose source is no longer among the inputs.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::PathBuf;

use crate::files::inputs;
use crate::report::record::Removed;
use crate::state::Reader;

/// The results of sources that were in `inputs` once and are gone, sorted by source.
pub(super) fn removed(
    inputs: &[PathBuf],
    sources: &HashSet<PathBuf>,
    readers: &[Reader],
) -> Vec<Removed> {
    let roots: HashMap<PathBuf, &PathBuf> = inputs
        .iter()
        .filter_map(|input| Some((inputs::root(input)?, input)))
        .collect();
    let mut removed = Vec::new();
    for reader in readers {
        // If they cannot be read, a finished run does not fail.
        let _ = reader.all(|known| {
            let Some(origin) = known.origin else {
                return;
            };
            let Some(input) = roots.get(&origin.root) else {
                return;
            };
            let source = input.join(&origin.source);
            if !sources.contains(&source) && fs::symlink_metadata(&source).is_err() {
                removed.push(Removed {
                    source: source.display().to_string(),
                    output: known.output.display().to_string(),
                });
            }
        });
    }
    removed.sort();
    removed.dedup();
    removed
}
