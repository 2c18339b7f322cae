//! Detects an input folder whose pictures are all gone, probably because its disk is not mounted.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::CliError;
use crate::files::inputs::{Found, Kind};
use crate::state;

/// Refuses an input folder without any picture if `out` has results of it: a run that makes nothing
/// from nothing would look like success.
pub(super) fn refuse(
    inputs: &[PathBuf],
    found: &[Found],
    out: Option<&Path>,
) -> Result<(), CliError> {
    let holds = |root: &Path| {
        let is_there = |it: &Found| *it.root == *root && !matches!(it.kind, Kind::Hidden);
        found.iter().any(is_there)
    };
    let folders = inputs.iter().filter(|input| input.is_dir());
    let roots = folders.filter_map(|input| Some((input, fs::canonicalize(input).ok()?)));
    let empty: Vec<_> = roots.filter(|(_, root)| !holds(root)).collect();
    let (false, Some(out)) = (empty.is_empty(), out) else {
        return Ok(());
    };
    let readers = state::look(out)?;
    for (input, root) in empty {
        let mut count = 0;
        for reader in &readers {
            let found = reader.count(&root).map_err(|error| {
                CliError::environment(
                    format!(
                        "{} is empty, and whether results were made from it is not known: {error}",
                        input.display()
                    ),
                    "check that its disk is mounted; add --allow-empty if it is meant to be empty",
                )
            })?;
            count = count.max(found);
        }
        if count > 0 {
            return Err(CliError::environment(
                format!(
                    "{} is empty, and {count} results were made from it",
                    input.display()
                ),
                "check that its disk is mounted; add --allow-empty if it is meant to be empty",
            ));
        }
    }
    Ok(())
}
