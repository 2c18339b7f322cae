//! What a run does with each file that was found.

use std::path::Path;

use super::picture::Picture;
use crate::failure::Failure;

/// What to do with a file that was found.
pub(crate) enum Task {
    Prepare(Picture),
    Skip(Box<Skip>),
    Fail(Box<Fail>),
}

/// A file that is passed over.
pub(crate) struct Skip {
    pub(crate) source: Box<Path>,
    pub(crate) preset: Option<&'static str>,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// A file that can have no result.
pub(crate) struct Fail {
    pub(crate) source: Box<Path>,
    pub(crate) preset: Option<&'static str>,
    pub(crate) output: Option<Box<Path>>,
    pub(crate) failure: Failure,
}

impl Task {
    /// The file.
    pub(crate) fn source(&self) -> &Path {
        match self {
            Self::Prepare(picture) => &picture.source,
            Self::Skip(skip) => &skip.source,
            Self::Fail(fail) => &fail.source,
        }
    }
}

/// The name of a result, or why there can be none.
pub(super) type Output = Result<Box<Path>, Box<Failure>>;
