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
pub(crate) mod presets;
mod printed;
mod rules;
mod shares;
mod sidecar;
mod values;
mod variables;
mod words;

pub(crate) use command_line::{EXAMPLES, EXIT_CODES, SETTINGS, parse};
pub(crate) use config::Effective;
pub(crate) use decision::decided;
pub(crate) use described::described;
pub(crate) use options::{Options, UploadOptions};
pub(crate) use origin::Value;
pub(crate) use per_picture::PerPicture;
