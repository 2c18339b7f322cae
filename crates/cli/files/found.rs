//! Describes what was found in the inputs.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::recipe::Recipe;

/// Something found in a folder or named on the command line.
pub(crate) struct Found {
    pub(crate) source: PathBuf,
    /// Its input folder, absolute; for a file named on the command line, the folder that holds it.
    pub(crate) root: Arc<Path>,
    /// Its path below that folder.
    pub(crate) relative: PathBuf,
    pub(crate) is_link: bool,
    pub(crate) kind: Kind,
    /// Its sidecar, which holds options for it alone.
    pub(crate) sidecar: Option<PathBuf>,
    /// Its own recipe, if rules or a sidecar change that of the run.
    pub(crate) recipe: Option<Arc<Recipe>>,
}

pub(crate) enum Kind {
    /// A picture by content or by name: a broken picture is reported, not skipped.
    Picture,
    /// Its name starts with a dot.
    Hidden,
    /// Excluded by a glob, with the reason.
    Excluded(String),
    /// Not an image, by content or by name.
    NotAPicture,
    /// A sidecar without its picture.
    SidecarAlone,
    /// A picture whose sidecar is wrong.
    BadSidecar { message: String, hint: String },
    /// A pipe, a socket or a device.
    NotAFile,
    /// The start of the file, or the folder, could not be read.
    Unreadable(io::Error),
}
