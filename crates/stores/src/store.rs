//! One opened bucket. `requests` says what can be asked of it.

use std::sync::Arc;

use object_store::ObjectStore;
use object_store::path::Path;

use crate::address::Address;
use crate::error::{Kind, StoreError};
use crate::key::fault_of_key;

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

    /// The path of a key. The client would shorten some, so that another object would be meant.
    pub(crate) fn path(&self, key: &str) -> Result<Path, StoreError> {
        let bad = |what| StoreError::new(Kind::BadKey, self.address(key), what);
        if let Some(fault) = fault_of_key(key) {
            return Err(bad(fault));
        }
        let path = Path::parse(key).ok().filter(|path| path.as_ref() == key);
        path.ok_or_else(|| bad("the name is not allowed for an object"))
    }

    /// The path of a prefix, with or without a slash at its end.
    pub(crate) fn prefix(&self, prefix: &str) -> Result<Path, StoreError> {
        match prefix.trim_end_matches('/') {
            "" => Ok(Path::ROOT),
            prefix => self.path(prefix),
        }
    }
}
