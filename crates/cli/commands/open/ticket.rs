//! A zip that can be fetched once.

use std::path::PathBuf;

use avatar_batch::files::fingerprint::Hash;

/// What a zip will contain.
pub(super) struct Ticket {
    /// The end of its address, which nobody can guess.
    pub(super) digits: String,
    pub(super) entries: Vec<Entry>,
    /// Bytes of the zip.
    pub(super) length: u64,
}

/// A file of a zip.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    /// The bytes that a person approved, if only those are wanted.
    pub(super) approved: Option<Hash>,
}
