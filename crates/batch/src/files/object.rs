//! A source that is an object in a store, and what its worker gets of it.

use avatar_stores::{Address, Body, Get, Object, Store, StoreError};

use super::fingerprint::{Hash, Stamp};

/// A source that is an object in a store.
#[derive(Debug)]
pub struct SourceObject {
    pub store: Store,
    pub key: String,
    /// In bytes; known from a listing only.
    pub size: Option<u64>,
    /// Its version; known from a listing only.
    pub version: Option<String>,
    /// Digits that stand for the query of its address, which can be a secret; empty without one.
    pub query: String,
    /// Whether its name does not tell that it is a picture, so that its start decides.
    pub is_guess: bool,
}

impl SourceObject {
    /// The stamp of an object in a listing.
    pub fn stamp(&self) -> Option<Stamp> {
        let listed = (self.size?, self.version.as_deref()?);
        Some(stamp(listed.0, listed.1))
    }

    /// The request for its bytes, or for its first ones.
    pub fn get(&self, start: Option<u64>) -> Get {
        Get {
            store: self.store.clone(),
            key: self.key.clone(),
            size: self.size,
            unless: None,
            start,
        }
    }
}

/// Digits of a hash that stand for a query.
const QUERY_DIGITS: usize = 8;

/// What replaces the query of an address in names.
pub fn query_digits(address: &Address) -> String {
    let Some(query) = address.query() else {
        return String::new();
    };
    let hash = Hash::of(query.as_bytes()).to_string();
    hash.get(..QUERY_DIGITS).unwrap_or_default().into()
}

/// The stamp of an object that was found without a listing.
pub fn stamp_of(object: &Object) -> Stamp {
    stamp(object.size, &object.version)
}

/// The stamp of an object: its size, and in place of a time a number made of its version, because
/// the version alone shows whether it changed.
pub fn stamp(bytes: u64, version: &str) -> Stamp {
    Stamp {
        bytes,
        written: Some(Hash::of(version.as_bytes()).number()),
    }
}

/// What a worker gets of an object.
#[derive(Debug)]
pub enum Fetched {
    Body(Body),
    Failed(StoreError),
    /// Neither its name nor its start is that of a picture.
    NotAPicture,
}
