//! A picture to prepare, with the name of its result.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::files::below::Below;
use crate::files::found::{Found, Own, Parts};
use crate::files::object::SourceObject;
use crate::recipe::Recipe;

/// A picture to prepare. A run holds all of them before the first one is made.
#[derive(Debug, Clone)]
pub struct Picture {
    pub source: Box<Path>,
    pub output: Box<Path>,
    /// Its input folder, absolute.
    pub root: Arc<Path>,
    below: Below,
    own: Own,
}

impl Picture {
    /// The picture that becomes `output`, with its own recipe, for a platform if there is one.
    pub fn new(
        (root, relative): (&Path, &Path),
        output: PathBuf,
        recipe: Recipe,
        preset: Option<&'static str>,
    ) -> Self {
        let source = root.join(relative);
        Self {
            below: Below::new(&source, relative),
            source: source.into(),
            output: output.into(),
            root: root.into(),
            own: Own::new(Parts {
                recipe: Some(Arc::new(recipe)),
                preset,
                ..Parts::default()
            }),
        }
    }

    /// The same of what was found. If the name of the result belongs to another source, that is its
    /// `owner`.
    pub(super) fn of(found: Found, output: Box<Path>, owner: Option<PathBuf>) -> Self {
        let (source, below, root, mut own) = found.into_parts();
        if owner.is_some() {
            own.parts().owner = owner;
        }
        Self {
            source,
            output,
            root,
            below,
            own,
        }
    }

    /// The source, relative to its input folder.
    pub fn relative(&self) -> &Path {
        self.below.of(&self.source)
    }

    /// Another source that owns the name of the result: this one can only fail.
    pub fn owner(&self) -> Option<&Path> {
        self.own.get(|own| own.owner.as_deref())
    }

    /// Its own recipe, if rules or a sidecar change that of the run.
    pub fn recipe(&self) -> Option<&Arc<Recipe>> {
        self.own.get(|own| own.recipe.as_ref())
    }

    /// The platform that the result is for, in a run with several.
    pub fn preset(&self) -> Option<&'static str> {
        self.own.get(|own| own.preset)
    }

    /// The object, if the source is in a store.
    pub fn object(&self) -> Option<&Arc<SourceObject>> {
        self.own.get(|own| own.object.as_ref())
    }
}
