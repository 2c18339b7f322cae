//! What the program was asked to do.

use std::path::{Path, PathBuf};

/// A command with its paths. All commands share the options.
pub(crate) enum Command {
    Prepare {
        inputs: Vec<PathBuf>,
        output: PathBuf,
    },
    Config,
    Formats,
    /// Check the results in a folder.
    Verify(PathBuf),
    /// List the results whose source is gone; delete them if true.
    Clean(PathBuf, bool),
    Presets,
    /// Deliver, check or list; with the folder of results or one picture, if one was named.
    Upload(Wish, Option<PathBuf>),
}

impl Command {
    /// Whether the result goes to standard output.
    pub(crate) fn streams_a_picture(&self) -> bool {
        matches!(self, Self::Prepare { output, .. } if output == Path::new("-"))
    }
}

/// What the upload should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    Deliver,
    Check,
    Status,
}
