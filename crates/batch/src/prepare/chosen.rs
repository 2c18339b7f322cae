//! Chooses the settings of each picture: those of the run, or its own from rules, a sidecar and the
//! decision of a person.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::args::nearest::nearest;
use crate::args::{Effective, Options, PerPicture, decided};
use crate::error::CliError;
use crate::files::inputs::{Found, Kind};
use crate::files::selection::Globs;
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

/// Sets the recipe of each picture with matching rules, a sidecar or a decision. Returns for each rule
/// whether it matched.
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
        let matching = effective.per_picture.matching(found.relative());
        for index in &matching {
            used.get_mut(*index).into_iter().for_each(|it| *it = true);
        }
        if matching.is_empty() && !found.has_own_options() {
            continue;
        }
        let per_picture = &effective.per_picture;
        match own_recipe(per_picture, &effective.options, &matching, found) {
            Ok(recipe) => found.own().recipe = Some(Arc::new(recipe)),
            Err(error) if wrong == Wrong::FailsItsPicture => {
                found.kind = Kind::bad_sidecar(error.to_string(), error.hint);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(used)
}

/// The recipe of a picture with rules, a sidecar or a decision.
pub(super) fn own_recipe(
    per_picture: &PerPicture,
    of_run: &Options,
    matching: &[usize],
    found: &Found,
) -> Result<Recipe, CliError> {
    let own = |of_run: &Options| {
        let own = per_picture.options(of_run, matching, found.sidecar())?;
        match found.decision() {
            Some(decision) => decided(&own, decision),
            None => Ok(own),
        }
    };
    let unfitted = of_run.unfitted.clone().map(|settings| {
        let of_run = Options {
            settings,
            ..of_run.clone()
        };
        Ok(own(&of_run)?.settings)
    });
    let recipe = Recipe::new(own(of_run)?.settings);
    Ok(recipe.fitted_from(unfitted.transpose()?))
}

/// Warns of rules that match no picture, because their globs may be misspelt, and names the picture
/// that was probably meant.
pub(super) fn note_unused(per_picture: &PerPicture, used: &[bool], found: &[Found]) {
    let pictures = found.iter().filter(|it| matches!(it.kind, Kind::Picture));
    let paths: Vec<&Path> = pictures.map(Found::relative).collect();
    let unused = per_picture
        .rules
        .iter()
        .zip(used)
        .filter(|(_, used)| !**used);
    for (rule, _) in unused {
        console::print_warning(&format!(
            "{}: no picture matches the rule files = {:?}{}",
            rule.place,
            rule.files,
            probably(&rule.files, &paths)
        ));
    }
}

/// What was probably meant by globs that match none of these paths, as the end of a sentence.
fn probably(globs: &[String], paths: &[&Path]) -> String {
    let in_any_case = Globs::parse_in_any_case(globs).ok();
    let other_case = in_any_case.and_then(|globs| {
        let mut paths = paths.iter();
        paths.find(|path| globs.match_file(path)).copied()
    });
    if let Some(path) = other_case {
        let path = path.display();
        return format!("; {path} would match, if upper and lower case were as it is written");
    }
    let texts = paths.iter().filter_map(|path| path.to_str());
    let texts: Vec<&str> = texts.collect();
    let near = globs.iter().find_map(|glob| {
        let glob = glob.trim_start_matches(['/', '!']);
        nearest(glob, texts.iter().copied())
    });
    near.map_or(String::new(), |near| {
        format!("; the nearest path is {near}")
    })
}

/// The pictures whose sidecar is possibly still being written.
pub(super) fn with_fresh_sidecars(
    found: &[Found],
    is_fresh: impl Fn(&Path) -> bool,
) -> HashSet<PathBuf> {
    let fresh = found
        .iter()
        .filter(|found| found.sidecar().is_some_and(&is_fresh));
    fresh.map(|found| found.source.to_path_buf()).collect()
}
