//! Describes what was found in the inputs.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::object::SourceObject;
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
    /// Options that a person chose for it, as the text of a sidecar.
    pub(crate) decision: Option<String>,
    /// Its own recipe, if rules, a sidecar or a decision change that of the run.
    pub(crate) recipe: Option<Arc<Recipe>>,
    /// The platform that its result is for, in a run with several.
    pub(crate) preset: Option<&'static str>,
    /// Whether the same source comes before it, for another platform.
    pub(crate) is_repeated: bool,
    /// The object, if the source is in a store.
    pub(crate) object: Option<Arc<SourceObject>>,
}

impl Found {
    /// A file without options of its own, not a link.
    pub(crate) fn new(source: PathBuf, root: Arc<Path>, relative: PathBuf, kind: Kind) -> Self {
        Self {
            source,
            root,
            relative,
            is_link: false,
            kind,
            sidecar: None,
            decision: None,
            recipe: None,
            preset: None,
            is_repeated: false,
            object: None,
        }
    }

    /// Whether it has options of its own besides those of rules.
    pub(crate) fn has_own_options(&self) -> bool {
        self.sidecar.is_some() || self.decision.is_some()
    }

    /// The same picture for one of several platforms.
    pub(crate) fn for_platform(&self, preset: &'static str, recipe: Arc<Recipe>) -> Self {
        Self {
            source: self.source.clone(),
            root: Arc::clone(&self.root),
            relative: self.relative.clone(),
            is_link: self.is_link,
            kind: Kind::Picture,
            sidecar: self.sidecar.clone(),
            decision: self.decision.clone(),
            recipe: Some(recipe),
            preset: Some(preset),
            is_repeated: false,
            object: self.object.clone(),
        }
    }
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
    /// An object whose key cannot be asked for, with the reason.
    BadKey(&'static str),
    /// A pipe, a socket or a device.
    NotAFile,
    /// The start of the file, or the folder, could not be read.
    Unreadable(io::Error),
}
