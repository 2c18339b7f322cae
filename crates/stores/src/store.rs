//! One opened bucket. `requests` says what can be asked of it.

use std::sync::Arc;

use object_store::ObjectStore;
use object_store::path::Path;

use crate::address::Address;
use crate::error::{Kind, StoreError};

/// An opened bucket; clones are cheap.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) inner: Arc<dyn ObjectStore>,
    /// Of the bucket, for messages.
    address: Address,
}

impl Store {
    pub(crate) fn new(inner: Arc<dyn ObjectStore>, address: Address) -> Self {
        Self { inner, address }
    }

    /// The address of a key.
    #[must_use]
    pub fn address(&self, key: &str) -> Address {
        self.address.with_key(key)
    }

    pub(crate) fn path(&self, key: &str) -> Result<Path, StoreError> {
        let bad = || {
            let place = self.address(key);
            StoreError::new(Kind::BadKey, place, "the name is not allowed for an object")
        };
        Path::parse(key).map_err(|_| bad())
    }
}
