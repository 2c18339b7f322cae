//! What a run does with each file that was found.

use std::path::Path;

use super::picture::Picture;
use crate::failure::Failure;

/// What to do with a file that was found.
pub enum Task {
    Prepare(Picture),
    Skip(Box<Skip>),
    Fail(Box<Fail>),
}

/// A file that is passed over.
pub struct Skip {
    pub source: Box<Path>,
    pub preset: Option<&'static str>,
    pub code: &'static str,
    pub message: String,
}

/// A file that can have no result.
pub struct Fail {
    pub source: Box<Path>,
    pub preset: Option<&'static str>,
    pub output: Option<Box<Path>>,
    pub failure: Failure,
}

impl Task {
    /// The file.
    pub fn source(&self) -> &Path {
        match self {
            Self::Prepare(picture) => &picture.source,
            Self::Skip(skip) => &skip.source,
            Self::Fail(fail) => &fail.source,
        }
    }
}

/// The name of a result, or why there can be none.
pub(super) type Output = Result<Box<Path>, Box<Failure>>;
