//! Command line, variables and settings file, merged into options.

mod changed;
mod choice;
mod command_line;
mod commands;
mod config;
mod decision;
mod described;
mod document;
mod enumerated;
mod flags;
mod framing;
pub(crate) mod keywords;
mod memory;
pub(crate) mod nearest;
mod options;
mod origin;
mod per_picture;
mod picture_values;
pub(crate) mod presets;
mod printed;
mod rules;
mod shares;
mod sidecar;
mod values;
mod variables;
mod words;

use std::path::Path;

use crate::error::CliError;

pub(crate) use command_line::{EXAMPLES, EXIT_CODES, SETTINGS, parse};
pub(crate) use config::{Effective, LONGEST as LONGEST_SETTINGS};
pub(crate) use decision::decided;
pub(crate) use described::described;
pub(crate) use document::quoted;
pub(crate) use flags::Group;
pub(crate) use options::{Options, UploadOptions};
pub(crate) use origin::{Origin, Value};
pub(crate) use per_picture::PerPicture;
pub(crate) use rules::MOST as MOST_RULES;

/// Checks the text of a settings file and the rules in it.
pub(crate) fn check_settings(text: &str) -> Result<(), CliError> {
    config::check(text)
}

/// Checks the text of a sidecar.
pub(crate) fn check_sidecar(text: &str) -> Result<(), CliError> {
    sidecar::parse(Path::new("sidecar"), text).map(drop)
}
