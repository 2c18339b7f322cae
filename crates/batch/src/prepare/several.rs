//! Several platforms in one run: every picture is prepared for each of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::chosen::{Wrong, own_recipe};
use crate::args::Effective;
use crate::error::CliError;
use crate::files::inputs::{Found, Kind};
use crate::naming::{self, Target};
use crate::recipe::Recipe;

/// Refuses a run whose results could not be told apart.
pub(super) fn check(
    effective: &Effective,
    inputs: &[PathBuf],
    output: &Path,
) -> Result<(), CliError> {
    let options = &effective.options;
    let wants_preset = options.name.wants_preset();
    if effective.variants.is_empty() {
        if wants_preset && options.presets.is_empty() {
            let name = effective.named("name");
            let message = format!("{name} must not contain {{preset}} without a platform");
            return Err(CliError::usage(message, "name platforms with --for"));
        }
        return Ok(());
    }
    let is_stream = output == Path::new("-") || inputs.iter().any(|input| input == Path::new("-"));
    if is_stream || matches!(naming::target(inputs, output)?, Target::File(_)) {
        return Err(CliError::usage(
            "one file cannot hold the results for several platforms",
            "choose a folder for the results, and add --name '{preset}/{stem}.jpg'",
        ));
    }
    if !wants_preset {
        let (name, several) = (effective.named("name"), effective.named("for"));
        return Err(CliError::usage(
            format!("{name} must contain {{preset}} if {several} names several platforms"),
            "add --name '{preset}/{dir}/{stem}.jpg'",
        ));
    }
    Ok(())
}

/// Repeats each picture for each platform, with the recipe of both. Returns for each rule whether it
/// matched.
pub(super) fn spread(
    effective: &Effective,
    found: Vec<Found>,
    wrong: Wrong,
) -> Result<(Vec<Found>, Vec<bool>), CliError> {
    let mut used = vec![false; effective.per_picture.rules.len()];
    let plain = effective.variants.iter();
    let plain = plain.map(|variant| Arc::new(Recipe::new(variant.options.settings.clone())));
    let plain: Vec<Arc<Recipe>> = plain.collect();
    let mut all = Vec::with_capacity(found.len() * plain.len());
    for mut found in found {
        if !matches!(found.kind, Kind::Picture) {
            all.push(found);
            continue;
        }
        let matching = effective.per_picture.matching(found.relative());
        for index in &matching {
            used.get_mut(*index).into_iter().for_each(|it| *it = true);
        }
        match recipes(effective, &found, &matching, &plain) {
            Ok(recipes) => {
                let variants = effective.variants.iter().zip(recipes).enumerate();
                all.extend(variants.map(|(place, (variant, recipe))| {
                    let mut found = found.for_platform(variant.preset.name, recipe);
                    found.is_repeated = place > 0;
                    found
                }));
            }
            Err(error) if wrong == Wrong::FailsItsPicture => {
                found.kind = Kind::bad_sidecar(error.to_string(), error.hint);
                all.push(found);
            }
            Err(error) => return Err(error),
        }
    }
    Ok((all, used))
}

/// The recipe of a picture for each platform; `plain` are those without rules, sidecars and
/// decisions.
fn recipes(
    effective: &Effective,
    found: &Found,
    matching: &[usize],
    plain: &[Arc<Recipe>],
) -> Result<Vec<Arc<Recipe>>, CliError> {
    if matching.is_empty() && !found.has_own_options() {
        return Ok(plain.to_vec());
    }
    let variants = effective.variants.iter();
    let own = variants.map(|variant| {
        let recipe = own_recipe(&effective.per_picture, &variant.options, matching, found)?;
        Ok(Arc::new(recipe))
    });
    own.collect()
}
