//! Chooses how each picture is made: as the run says, or in its own way by rules and a sidecar.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::args::{Effective, PerPicture};
use crate::error::CliError;
use crate::files::inputs::{Found, Kind};
use crate::recipe::Recipe;
use crate::report::console;

/// What a sidecar that is wrong does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// Nothing is done at all.
    RefusesTheRun,
    /// Its picture fails; a watch goes on for the others.
    FailsItsPicture,
}

/// Gives a recipe of their own to pictures that rules or a sidecar change; returns which rules were
/// used.
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

/// Says which rules no picture asked for: their patterns may be misspelt.
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

/// The pictures whose sidecar may still be in the middle of being written.
pub(super) fn with_fresh_sidecars(
    found: &[Found],
    is_fresh: impl Fn(&PathBuf) -> bool,
) -> HashSet<PathBuf> {
    let fresh = found
        .iter()
        .filter(|found| found.sidecar.as_ref().is_some_and(&is_fresh));
    fresh.map(|found| found.source.clone()).collect()
}
