//! What was found in the inputs.

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
    /// The file beside it with options for it alone.
    pub(crate) sidecar: Option<PathBuf>,
    /// How it is made, where that is not what the whole run says.
    pub(crate) recipe: Option<Arc<Recipe>>,
}

pub(crate) enum Kind {
    /// A picture by content or by name: a broken picture is reported, not skipped.
    Picture,
    /// Its name starts with a dot.
    Hidden,
    /// Left out by a glob, for the reason given.
    Excluded(String),
    /// Not an image, by content or by name.
    NotAPicture,
    /// Options for a picture that is not there.
    SidecarAlone,
    /// A picture whose sidecar is wrong.
    BadSidecar { message: String, hint: String },
    /// A pipe, a socket or a device.
    NotAFile,
    /// Its start could not be read, or the folder not entered.
    Unreadable(io::Error),
}
