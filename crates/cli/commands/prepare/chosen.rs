//! Chooses the settings of each picture: those of the run, or its own from rules and a sidecar.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::args::{Effective, PerPicture};
use crate::error::CliError;
use crate::files::inputs::{Found, Kind};
use crate::recipe::Recipe;
use crate::report::console;

/// What happens if a sidecar is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// The run ends before any picture is made.
    RefusesTheRun,
    /// Its picture fails, and a watch goes on with the others.
    FailsItsPicture,
}

/// Sets the recipe of each picture with matching rules or a sidecar. Returns for each rule whether
/// it matched.
pub(super) fn choose(
    effective: &Effective,
    found: &mut [Found],
    wrong: Wrong,
) -> Result<Vec<bool>, CliError> {
    let mut used = vec![false; effective.per_picture.rules.len()];
    for found in found {
        if !matches!(found.kind, Kind::Picture) {
            continue;
        }
        let matching = effective.per_picture.matching(&found.relative);
        for index in &matching {
            used.get_mut(*index).into_iter().for_each(|it| *it = true);
        }
        if matching.is_empty() && found.sidecar.is_none() {
            continue;
        }
        let sidecar = found.sidecar.as_deref();
        let per_picture = &effective.per_picture;
        match per_picture.options(&effective.options, &matching, sidecar) {
            Ok(own) => found.recipe = Some(Arc::new(Recipe::new(own.settings))),
            Err(error) if wrong == Wrong::FailsItsPicture => {
                found.kind = Kind::BadSidecar {
                    message: error.to_string(),
                    hint: error.hint,
                };
            }
            Err(error) => return Err(error),
        }
    }
    Ok(used)
}

/// Warns of rules that match no picture, because their globs may be misspelt.
pub(super) fn note_unused(per_picture: &PerPicture, used: &[bool]) {
    let unused = per_picture
        .rules
        .iter()
        .zip(used)
        .filter(|(_, used)| !**used);
    for (rule, _) in unused {
        console::print_warning(&format!(
            "{}: no picture matches the rule files = {:?}",
            rule.place, rule.files
        ));
    }
}

/// The pictures whose sidecar is possibly still being written.
pub(super) fn with_fresh_sidecars(
    found: &[Found],
    is_fresh: impl Fn(&PathBuf) -> bool,
) -> HashSet<PathBuf> {
    let fresh = found
        .iter()
        .filter(|found| found.sidecar.as_ref().is_some_and(&is_fresh));
    fresh.map(|found| found.source.clone()).collect()
}
