//! Describes what was found in the inputs.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::below::Below;
use super::object::SourceObject;
use crate::recipe::Recipe;

/// Something found in a folder or named on the command line. A run holds all of them before its first
/// picture, so what only few have is kept apart.
pub struct Found {
    pub source: Box<Path>,
    /// Its input folder, absolute; for a file named on the command line, the folder that holds it.
    pub root: Arc<Path>,
    below: Below,
    pub kind: Kind,
    own: Own,
    pub is_link: bool,
    /// Whether the same source comes before it, for another platform.
    pub is_repeated: bool,
}

/// What only few files have.
#[derive(Debug, Clone, Default)]
pub struct Own(Option<Box<Parts>>);

#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// The sidecar of a picture, which holds options for it alone.
    pub sidecar: Option<PathBuf>,
    /// Options that a person chose for it, as the text of a sidecar.
    pub decision: Option<String>,
    /// Its own recipe, if rules, a sidecar or a decision change that of the run.
    pub recipe: Option<Arc<Recipe>>,
    /// The platform that its result is for, in a run with several.
    pub preset: Option<&'static str>,
    /// The object, if the source is in a store.
    pub object: Option<Arc<SourceObject>>,
    /// Another source that owns the name of the result: this one can only fail.
    pub owner: Option<PathBuf>,
}

impl Own {
    pub fn new(parts: Parts) -> Self {
        Self(Some(Box::new(parts)))
    }

    /// One of the parts, if it is set.
    pub fn get<'a, T>(&'a self, part: impl FnOnce(&'a Parts) -> Option<T>) -> Option<T> {
        self.0.as_deref().and_then(part)
    }

    /// The parts, to be changed.
    pub fn parts(&mut self) -> &mut Parts {
        self.0.get_or_insert_default()
    }
}

impl Found {
    /// A file without options of its own, not a link.
    pub fn new(source: PathBuf, root: Arc<Path>, relative: &Path, kind: Kind) -> Self {
        Self {
            below: Below::new(&source, relative),
            source: source.into(),
            root,
            kind,
            own: Own::default(),
            is_link: false,
            is_repeated: false,
        }
    }

    /// Its path below its input folder.
    pub fn relative(&self) -> &Path {
        self.below.of(&self.source)
    }

    /// The object, if the source is in a store.
    pub fn object(&self) -> Option<&Arc<SourceObject>> {
        self.own.get(|own| own.object.as_ref())
    }

    /// Its own recipe, if it has one.
    pub fn recipe(&self) -> Option<&Recipe> {
        self.own.get(|own| own.recipe.as_deref())
    }

    /// The platform that its result is for, in a run with several.
    pub fn preset(&self) -> Option<&'static str> {
        self.own.get(|own| own.preset)
    }

    /// Its sidecar.
    pub fn sidecar(&self) -> Option<&Path> {
        self.own.get(|own| own.sidecar.as_deref())
    }

    /// Options that a person chose for it, as the text of a sidecar.
    pub fn decision(&self) -> Option<&str> {
        self.own.get(|own| own.decision.as_deref())
    }

    /// What only few files have, to be changed.
    pub fn own(&mut self) -> &mut Parts {
        self.own.parts()
    }

    /// Takes apart what a picture keeps.
    pub fn into_parts(self) -> (Box<Path>, Below, Arc<Path>, Own) {
        (self.source, self.below, self.root, self.own)
    }

    /// The same file under other names.
    pub fn renamed(self, source: &Path, relative: &Path) -> Self {
        Self {
            source: source.into(),
            below: Below::new(source, relative),
            ..self
        }
    }

    /// Whether it has options of its own besides those of rules.
    pub fn has_own_options(&self) -> bool {
        self.sidecar().is_some() || self.decision().is_some()
    }

    /// The same picture for one of several platforms.
    pub fn for_platform(&self, preset: &'static str, recipe: Arc<Recipe>) -> Self {
        let mut own = self.own.clone();
        own.parts().recipe = Some(recipe);
        own.parts().preset = Some(preset);
        Self {
            source: self.source.clone(),
            root: Arc::clone(&self.root),
            below: self.below.clone(),
            kind: Kind::Picture,
            own,
            is_link: self.is_link,
            is_repeated: false,
        }
    }
}

pub enum Kind {
    /// A picture by content or by name: a broken picture is reported, not skipped.
    Picture,
    /// Its name starts with a dot.
    Hidden,
    /// A folder of results of an earlier run.
    Results,
    /// Excluded by a glob, with the reason.
    Excluded(String),
    /// Not an image, by content or by name.
    NotAPicture,
    /// A sidecar without its picture.
    SidecarAlone,
    /// A picture whose sidecar is wrong.
    BadSidecar(Box<BadSidecar>),
    /// An object whose key cannot be asked for, with the reason.
    BadKey(&'static str),
    /// A pipe, a socket or a device.
    NotAFile,
    /// The start of the file, or the folder, could not be read.
    Unreadable(io::Error),
}

/// Why a sidecar is wrong, and what to try.
pub struct BadSidecar {
    pub message: String,
    pub hint: String,
}

impl Kind {
    pub fn bad_sidecar(message: String, hint: String) -> Self {
        Self::BadSidecar(Box::new(BadSidecar { message, hint }))
    }
}
