//! How a run is shown.

use std::path::PathBuf;

/// When to colour the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    Auto,
    Always,
    Never,
}

/// What is shown, and how.
#[derive(Debug, Clone, Copy)]
pub struct Display {
    pub json: bool,
    pub quiet: bool,
    pub verbose: bool,
    pub color: Color,
    /// Exit with 1 if a file has a warning.
    pub strict: bool,
    /// Exit with 1 only if a failure is new, and print only new ones.
    pub only_new_failures: bool,
}

/// Report files to write.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    pub paths: &'a [PathBuf],
    /// Whether a CSV file starts with a byte order mark.
    pub byte_order_mark: bool,
}
