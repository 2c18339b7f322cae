//! Flags, variables, the settings file, rules and sidecars, merged into options. The program reads the words of its
//! command line.

mod changed;
mod choice;
pub mod config;
mod decision;
mod document;
mod edges;
pub mod enumerated;
pub mod flags;
mod framing;
pub mod keywords;
mod memory;
pub mod nearest;
mod options;
mod origin;
mod per_picture;
mod picture_values;
pub mod presets;
mod rules;
mod shares;
mod sidecar;
mod values;
pub mod variables;

use std::path::Path;

use crate::error::CliError;

pub use config::{Effective, LONGEST as LONGEST_SETTINGS};
pub use decision::decided;
pub use document::quoted;
pub use options::{Options, UploadOptions};
pub use origin::{Origin, Value};
pub use per_picture::PerPicture;
pub use rules::MOST as MOST_RULES;

/// Checks the text of a settings file and the rules in it.
pub fn check_settings(text: &str) -> Result<(), CliError> {
    config::check(text)
}

/// Checks the text of a sidecar.
pub fn check_sidecar(text: &str) -> Result<(), CliError> {
    sidecar::parse(Path::new("sidecar"), text).map(drop)
}
