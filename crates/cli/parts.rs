//! Parts of the command for packages that prepare pictures without its command line, so that options, defaults
//! and files behave the same there.

use std::io;
use std::num::NonZeroUsize;
use std::path::Path;

use avatar_batch::args::{self, keywords};
use avatar_batch::failure::Failure;
use avatar_batch::files::publish;
use avatar_batch::report::framing;
use avatar_prepare::{Avatar, Error, Limits, Settings};

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

/// What of a picture its square shows, in the words of the records of the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// `cover` or `contain`.
    pub fit: &'static str,
    /// Left, top, width and height of the part that is shown, in pixels of the upright source.
    pub crop: [u32; 4],
    /// Where that part lies in the result: left, top, width and height in pixels.
    pub placed: [u32; 4],
    /// A colour, `background` or `blur`; `None` where nothing is padded.
    pub padding: Option<String>,
}

/// What of its picture a result shows.
#[must_use]
pub fn shown(avatar: &Avatar) -> Shown {
    let frame = avatar.frame();
    Shown {
        fit: framing::fit(frame),
        crop: framing::corners(frame.crop()),
        placed: framing::corners(frame.placed()),
        padding: framing::padding(frame, avatar.background()),
    }
}

/// A colour as in records: `#rrggbb`.
#[must_use]
pub fn color(rgb: [u8; 3]) -> String {
    framing::hex(rgb)
}

/// Writes a result to `path`, complete or not at all, replacing any file there. Folders are made.
///
/// # Errors
/// If the file cannot be written; then nothing at `path` has changed.
pub fn publish(path: &Path, bytes: &[u8]) -> io::Result<()> {
    publish::publish(path, bytes).map(drop)
}

/// Checks the text of a settings file and the rules in it, as if it were `avatar-prep.toml`.
///
/// # Errors
/// One sentence about what was refused, with its line.
pub fn check_settings(text: &str) -> Result<(), String> {
    args::check_settings(text).map_err(|error| error.to_string())
}

/// Checks the text of a sidecar.
///
/// # Errors
/// One sentence about what was refused, with its line.
pub fn check_sidecar(text: &str) -> Result<(), String> {
    args::check_sidecar(text).map_err(|error| error.to_string())
}
