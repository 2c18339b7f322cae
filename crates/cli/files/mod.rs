//! Files on disk: finding sources, publishing results, noticing changes.

pub(crate) mod append;
pub(crate) mod below;
pub(crate) mod fingerprint;
pub(crate) mod found;
pub(crate) mod inputs;
pub(crate) mod lost_found;
pub(crate) mod mark;
pub(crate) mod object;
pub(crate) mod parallel;
pub(crate) mod publish;
pub(crate) mod selection;
pub(crate) mod sidecars;
pub(crate) mod sweep;
pub(crate) mod temporary;

/// The folder below the results that holds their cache, journal and locks.
pub(crate) const STATE_FOLDER: &str = ".avatar-prep";
