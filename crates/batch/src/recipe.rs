//! Combines the settings of a picture with the hash that identifies them in the cache.

use std::sync::Arc;

use avatar_prepare::{Avatar, Note, Settings};

use crate::files::fingerprint::Hash;

/// The settings of a picture and their hash.
#[derive(Debug, PartialEq, Eq)]
pub struct Recipe {
    pub settings: Settings,
    /// Covers all settings that change bytes, and the version of the engine.
    pub hash: Hash,
    /// The same settings without the smallest edge that the accounts of an upload accept.
    pub unfitted: Option<Arc<Recipe>>,
}

impl Recipe {
    pub fn new(settings: Settings) -> Self {
        Self {
            hash: Hash::of(settings.recipe().as_bytes()),
            settings,
            unfitted: None,
        }
    }

    /// The same, made from settings that were then fitted to the accounts of an upload.
    pub fn fitted_from(self, unfitted: Option<Settings>) -> Self {
        let unfitted = unfitted.map(Self::new);
        let unfitted = unfitted.filter(|unfitted| unfitted.hash != self.hash);
        Self {
            unfitted: unfitted.map(Arc::new),
            ..self
        }
    }

    /// Whether a result with the recipe `hash` and this edge is what this recipe would make. For a
    /// result that is large enough, fitting changes nothing.
    pub fn makes(&self, hash: Hash, edge: Option<u32>) -> bool {
        let is_unfitted = self.unfitted.as_ref().is_some_and(|it| it.hash == hash);
        let is_large = edge.is_some_and(|edge| edge >= self.settings.min_edge());
        self.hash == hash || is_unfitted && is_large
    }

    /// The recipe under which a result is remembered: without the fitting, if that changed nothing.
    /// So neither `--upload` nor its absence makes everything again.
    pub fn of_result(&self, avatar: &Avatar) -> &Self {
        let is_fitted = |note: &Note| {
            matches!(
                note,
                Note::Enlarged { .. } | Note::Shrunk { .. } | Note::QualityFloor { .. }
            )
        };
        match &self.unfitted {
            Some(unfitted) if !avatar.notes().iter().any(is_fitted) => unfitted,
            _ => self,
        }
    }
}
