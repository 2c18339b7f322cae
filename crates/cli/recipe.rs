//! Combines the settings of a picture with the hash that identifies them in the cache.

use avatar_prepare::Settings;

use crate::files::fingerprint::Hash;

/// The settings of a picture and their hash.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Recipe {
    pub(crate) settings: Settings,
    /// Covers all settings that change bytes, and the version of the engine.
    pub(crate) hash: Hash,
}

impl Recipe {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            hash: Hash::of(settings.recipe().as_bytes()),
            settings,
        }
    }
}
