//! In place of stores, in a build without the feature `services`: every request fails and says so.

use std::ops::Range;
use std::time::Duration;

use crate::address::Address;
use crate::error::{Kind, StoreError};
use crate::object::{Head, Object, Piece, Put};
use crate::room::Room;
use crate::said::{Asked, Said, Understood};
use crate::steps::{Get, Got};

const WHAT: &str = "this build has no stores; it needs the feature `stores`";

/// A bucket that cannot be opened.
#[derive(Debug, Clone)]
pub struct Store {
    address: Address,
}

/// No clients.
#[derive(Debug, Clone)]
pub(crate) struct Connectors;

impl Connectors {
    pub(crate) fn new(_: Duration) -> Self {
        Self
    }
}

/// Opens nothing.
pub(crate) fn open(address: &Address, _: &Connectors) -> Result<Store, StoreError> {
    Err(StoreError::new(Kind::NotSupported, address, WHAT))
}

/// Understands nothing.
///
/// # Errors
/// Always.
pub fn understood(address: &Address, _: Asked, _: &Said<'_>) -> Result<Understood, StoreError> {
    Err(StoreError::new(Kind::NotSupported, address, WHAT))
}

impl Store {
    /// The address of a key.
    #[must_use]
    pub fn address(&self, key: &str) -> Address {
        self.address.with_key(key)
    }

    fn refuse<T>(&self) -> Result<T, StoreError> {
        Err(StoreError::new(Kind::NotSupported, &self.address, WHAT))
    }

    pub(crate) async fn list(&self, _: &str) -> Result<Vec<Object>, StoreError> {
        self.refuse()
    }

    pub(crate) async fn head(&self, _: &str) -> Result<Option<Head>, StoreError> {
        self.refuse()
    }

    pub(crate) async fn get(&self, _: &Get, _: &Room, _: u64) -> Result<Got, StoreError> {
        self.refuse()
    }

    pub(crate) async fn piece(&self, _: &str, _: Range<u64>) -> Result<Piece, StoreError> {
        self.refuse()
    }

    pub(crate) async fn delete(&self, _: &[String]) -> Result<(), StoreError> {
        self.refuse()
    }

    pub(crate) async fn put(put: Put) -> Result<String, StoreError> {
        put.store.refuse()
    }
}
