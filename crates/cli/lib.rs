//! `avatar-prep`: the command line around [`avatar_prepare`] and [`avatar_upload`]. It reads the words and runs the
//! command they name; `avatar_batch` prepares folders and stores, and the libraries do all work on pixels and all
//! calls to services.
//!
//! A library, so that other packages can contain the command and read its options as it does. What it exports is
//! for packages of this project and changes with them.

#![warn(clippy::print_stderr, clippy::print_stdout)] // only `report` of `avatar_batch` writes to the streams

mod args;
mod command;
mod commands;
mod finished;
pub mod parts;
mod reviewing;
mod web;

use std::ffi::OsString;

/// Runs the command `avatar-prep` in this process; `words` are its name and its arguments. Returns the exit
/// code. The help and the version end the process.
#[must_use]
pub fn run(words: impl Iterator<Item = OsString>) -> u8 {
    commands::run(words) as u8
}

pub use commands::InMemory;

/// The page that `open` or `review` would serve for these words, which are the name of the command and its
/// arguments. It is answered in memory, so that requests can be tried which no browser sends.
///
/// # Errors
/// One sentence about why the command would not serve it.
pub fn served(words: impl Iterator<Item = OsString>) -> Result<InMemory, String> {
    commands::served(words).map_err(|error| error.to_string())
}

/// Checks the text of an accounts file, which is CSV or TOML. It is here and not in [`parts`] because only the
/// root may import commands.
///
/// # Errors
/// One sentence about what was refused. It never repeats a value, because that could be a token.
pub fn check_accounts(text: &str, is_csv: bool) -> Result<(), String> {
    commands::check_accounts(text, is_csv)
}
