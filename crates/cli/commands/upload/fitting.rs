//! Settings for pictures that are delivered right after they are made: what is made must not be
//! refused by the accounts of the same command.

use avatar_batch::args::Effective;
use avatar_batch::args::presets::Preset;
use avatar_batch::error::CliError;
use avatar_prepare::Settings;

use super::{accounts, services};

/// The settings of the run, with a smallest edge that all accounts accept. A `--min-size` that is set
/// stays as it is.
pub(crate) fn settings(effective: &Effective) -> Result<Settings, CliError> {
    let settings = effective.options.settings.clone();
    let upload = &effective.options.upload;
    // With several platforms, each has a smallest edge of its own.
    let has_own = effective.is_set("min-size") || !effective.variants.is_empty();
    if !upload.after_preparing || has_own {
        return Ok(settings);
    }
    let rows = accounts::read(upload)?;
    let presets = rows.iter().map(services::preset);
    let presets = presets.collect::<Result<Vec<&'static Preset>, _>>()?;
    let Some(strictest) = presets.iter().max_by_key(|preset| preset.min_size) else {
        return Ok(settings);
    };
    let (name, least) = (strictest.name, strictest.min_size);
    if least > settings.edge() {
        return Err(CliError::usage(
            format!(
                "{} must be at least {least} for an account of {name}, got {}",
                effective.named("size"),
                settings.edge()
            ),
            format!(
                "raise {} to {least}, or add --for {name}",
                effective.named("size")
            ),
        ));
    }
    if least <= settings.min_edge() {
        return Ok(settings);
    }
    let enlarges = settings.enlarge_to_min() || !effective.is_set("too-small");
    let settings = settings.with_min_edge(least).map_err(|error| {
        CliError::usage(error.to_string(), "name another preset for the account")
    })?;
    Ok(settings.with_enlarge_to_min(enlarges))
}
