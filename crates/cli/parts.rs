//! Parts of the command for packages that prepare pictures without its command line, so that options, defaults
//! and files behave the same there.

use std::io;
use std::num::NonZeroUsize;
use std::path::Path;

use avatar_prepare::{Error, Limits, Settings};

use crate::args::keywords;
use crate::failure::Failure;
use crate::files::publish;

/// Reads settings and limits from pairs of a long flag's name, without dashes, and its value as on the command
/// line. Flags that are not named have the defaults of the command; variables and settings files are not read.
///
/// # Errors
/// One sentence about the name or the value that was refused.
pub fn settings(pairs: &[(String, String)]) -> Result<(Settings, Limits), String> {
    keywords::read(pairs)
}

/// Name, default and help of each option that [`settings`] accepts.
#[must_use]
pub fn options() -> Vec<(&'static str, &'static str, &'static str)> {
    keywords::all()
}

/// A number of workers as `--jobs` reads it: `auto`, or 1 to 1024.
///
/// # Errors
/// One sentence about the value that was refused.
pub fn jobs(text: &str) -> Result<NonZeroUsize, String> {
    keywords::jobs(text).map_err(|why| format!("jobs {why}"))
}

/// A memory budget in bytes as `--memory` reads it: `auto`, or a size such as `2GiB`.
///
/// # Errors
/// One sentence about the value that was refused.
pub fn memory(text: &str) -> Result<u64, String> {
    keywords::memory(text).map_err(|why| format!("memory {why}"))
}

/// The code and the message of a failure, as in the records of the command. Its hint there names flags;
/// [`Error::hint`] does not.
#[must_use]
pub fn failure(error: &Error) -> (&'static str, String) {
    let failure = Failure::from(error);
    (failure.code, failure.message)
}

/// Writes a result to `path`, complete or not at all, replacing any file there. Folders are made.
///
/// # Errors
/// If the file cannot be written; then nothing at `path` has changed.
pub fn publish(path: &Path, bytes: &[u8]) -> io::Result<()> {
    publish::publish(path, bytes).map(drop)
}
