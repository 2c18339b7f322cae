//! How a run is shown.

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
}
