//! How a run is shown.

use std::path::PathBuf;

/// When to colour the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

/// What is shown, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Display {
    pub(crate) json: bool,
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
    pub(crate) color: Color,
    /// Exit with 1 if a file has a warning.
    pub(crate) strict: bool,
    /// Exit with 1 only if a failure is new, and print only new ones.
    pub(crate) only_new_failures: bool,
}

/// Report files to write.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Files<'a> {
    pub(crate) paths: &'a [PathBuf],
    /// Whether a CSV file starts with a byte order mark.
    pub(crate) byte_order_mark: bool,
}
