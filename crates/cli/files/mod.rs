//! Files as they lie on the disk: what is found, what is written and what tells whether it changed.

pub(crate) mod fingerprint;
pub(crate) mod inputs;
pub(crate) mod parallel;
pub(crate) mod publish;
pub(crate) mod sweep;

/// Folder below the results in which everything about them is kept.
pub(crate) const STATE_FOLDER: &str = ".avatar-prep";
