//! Objects as they are listed, found and written.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::store::Store;

/// An object in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its whole key.
    pub key: String,
    /// In bytes.
    pub size: u64,
    /// Names its content: its ETag, or its size and the time of its last change.
    pub version: String,
}

/// What is known of an object without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The object.
    pub object: Object,
    /// The metadata that were stored with it, by their names in lower case.
    pub metadata: BTreeMap<String, String>,
}

/// When an object may be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// If there is none of this key.
    Create,
    /// If it still has this version.
    Replace(String),
    /// Always.
    Overwrite,
}

/// An object to write.
#[derive(Debug, Clone)]
pub struct Put {
    /// Where.
    pub store: Store,
    /// Its whole key.
    pub key: String,
    /// Its content.
    pub bytes: Bytes,
    /// When it may be written.
    pub mode: Mode,
    /// Such as `image/jpeg`.
    pub content_type: &'static str,
    /// The header `Cache-Control`.
    pub cache_control: Option<String>,
    /// Stored with it, by names of letters only.
    pub metadata: Vec<(&'static str, String)>,
}

/// Starts a version that is no ETag.
pub(crate) const TIME: &str = "time:";

/// Whether a server sent something by which a version can be recognised again: without, its time is below zero.
pub(crate) fn is_told(version: &str) -> bool {
    !version
        .strip_prefix(TIME)
        .is_some_and(|time| time.starts_with('-'))
}

/// Whether a version can be sent as an ETag.
pub(crate) fn is_etag(version: &str) -> bool {
    !version.is_empty() && !version.starts_with(TIME)
}

/// Some bytes of an object.
pub(crate) struct Piece {
    pub(crate) bytes: Vec<u8>,
    /// Length of the whole object.
    pub(crate) size: u64,
    pub(crate) version: String,
}
