//! What the program is asked to do.

use std::path::PathBuf;

/// A command with its paths; options are those of every run.
pub(crate) enum Command {
    Prepare {
        inputs: Vec<PathBuf>,
        output: PathBuf,
    },
    Config,
    Formats,
    /// Check the results in a folder.
    Verify(PathBuf),
    /// Show the results whose source is gone; remove them if true.
    Clean(PathBuf, bool),
    Presets,
    /// Deliver, check or tell; the folder or picture, where there is one.
    Upload(Wish, Option<PathBuf>),
}

/// What is asked of the upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    Deliver,
    Check,
    Status,
}
