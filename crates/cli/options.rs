//! What is meant: every flag's value, typed and checked.

use std::num::NonZeroUsize;

use avatar_prepare::{Limits, Settings};

use crate::values::Color;

/// The effective options of a run.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) settings: Settings,
    pub(crate) limits: Limits,
    pub(crate) jobs: NonZeroUsize,
    pub(crate) dry_run: bool,
    pub(crate) json: bool,
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
    pub(crate) color: Color,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            limits: Limits::default(),
            jobs: NonZeroUsize::MIN,
            dry_run: false,
            json: false,
            quiet: false,
            verbose: false,
            color: Color::Auto,
        }
    }
}
