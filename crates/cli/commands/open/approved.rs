//! Which results a person has approved.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::error::CliError;
use crate::state::{self, Known, Standing, look_key};

/// The results in `out` that are approved as they are now.
pub(super) fn approved(out: &Path) -> Result<HashSet<PathBuf>, CliError> {
    let decisions = state::decisions(out)?;
    let all = state::known(out, |known| known, |known: &Known| known.at)?;
    let approved = all.into_iter().filter(|(_, known)| {
        let Some(origin) = known.origin.as_ref().filter(|_| known.former.is_none()) else {
            return false;
        };
        let seen = look_key(&known.details);
        let standing =
            decisions.standing(&origin.root, &origin.source, origin.hash, seen.as_deref());
        standing == Standing::Approved
    });
    Ok(approved.map(|(output, _)| output).collect())
}
