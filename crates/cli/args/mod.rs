//! Command line, variables and settings file, merged into options.

mod command_line;
mod commands;
mod config;
mod flags;
mod framing;
mod memory;
mod nearest;
mod options;
pub(crate) mod presets;
mod values;
mod variables;

pub(crate) use command_line::parse;
pub(crate) use config::{Effective, Value};
pub(crate) use options::{Options, UploadOptions};
