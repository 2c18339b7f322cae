//! The settings that a picture is prepared with, and the hash under which the cache knows them.

use avatar_prepare::Settings;

use crate::files::fingerprint::Hash;

/// How a picture is made.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Recipe {
    pub(crate) settings: Settings,
    /// Of all settings that change bytes and of the engine's version.
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
