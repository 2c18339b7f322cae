//! Which sources of other shares matter to a share: those that could get the name of one of its results.
//! The others of a large manifest are neither named nor held in memory.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

use super::plan::Naming;
use super::portable;
use crate::files::inputs::Found;

/// Filled with the sources of the share first, and asked about all sources then.
pub struct Contenders<'a> {
    naming: &'a Naming<'a>,
    /// Hashes of the folded paths of the share's sources and results. Two paths of one hash only
    /// keep a source that does not matter.
    places: HashSet<u64>,
}

impl<'a> Contenders<'a> {
    pub fn new(naming: &'a Naming<'a>) -> Self {
        Self {
            naming,
            places: HashSet::new(),
        }
    }

    /// Takes note of a source, if it is of the share.
    pub fn note(&mut self, found: &Found) {
        if self.naming.shard.holds(found.relative()) {
            self.places.extend(self.places_of(found));
        }
    }

    /// Whether a source is of the share, or could claim a name in it.
    pub fn keeps(&self, found: &Found) -> bool {
        let is_near = |place: u64| self.places.contains(&place);
        self.naming.shard.holds(found.relative()) || self.places_of(found).any(is_near)
    }

    /// A result must not replace a source either, so both are compared.
    fn places_of(&self, found: &Found) -> impl Iterator<Item = u64> + use<> {
        let result = self.naming.name_alone(found);
        let result = result.as_deref().map(place);
        [Some(place(&found.source)), result].into_iter().flatten()
    }
}

fn place(path: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(portable::fold(path).as_encoded_bytes());
    hasher.finish()
}
