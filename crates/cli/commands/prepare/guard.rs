//! Keeps a result from replacing a file that this program did not make.

use std::fs;
use std::path::Path;

use crate::failure::Failure;
use crate::files::fingerprint::{Hash, Stamp};
use crate::files::mark::{Occupant, occupant};
use crate::state::Known;

/// Why `output` must not be written; `None` if there is no file, or only a result. `known` is the
/// row of this name in the cache.
///
/// A result is recognised by the cache or by its form, so that results are remade like any others
/// if the cache was lost. If a result in the cache is no longer a picture, it is a damaged result.
pub(super) fn refusal(output: &Path, known: impl Fn() -> Option<Known>) -> Option<Failure> {
    let found = occupant(output);
    if matches!(found, Occupant::Free | Occupant::Result) {
        return None;
    }
    match known().filter(|known| known.origin.is_some()) {
        Some(_) if found == Occupant::Other => None,
        Some(known) if is_unchanged(output, &known) => None,
        Some(_) => Some(Failure::changed_output(output)),
        None => Some(Failure::foreign_output(output)),
    }
}

fn is_unchanged(output: &Path, known: &Known) -> bool {
    let Ok(metadata) = fs::symlink_metadata(output) else {
        return false;
    };
    metadata.is_file()
        && (known.stamp.proves(Stamp::of_result(&metadata))
            || Hash::of_file(output).is_ok_and(|hash| hash == known.hash))
}
