//! Files on disk: finding sources, publishing results, noticing changes.

pub mod append;
pub mod below;
pub mod fingerprint;
pub mod foreign;
pub mod found;
pub mod inputs;
pub mod lost_found;
pub mod mark;
pub mod object;
pub mod parallel;
pub mod publish;
pub mod selection;
pub mod sidecars;
pub mod sweep;
pub mod temporary;

/// The folder below the results that holds their cache, journal and locks.
pub const STATE_FOLDER: &str = ".avatar-prep";
