//! The bytes of an object, which hold their share of the memory budget.

use crate::room::Share;

/// The bytes of an object. Until it is dropped or taken apart, no other body can have its share of
/// the memory.
#[derive(Debug)]
pub struct Body {
    bytes: Vec<u8>,
    version: String,
    _permit: Option<Share>,
}

impl Body {
    pub(crate) fn new(bytes: Vec<u8>, version: String, permit: Option<Share>) -> Self {
        Self {
            bytes,
            version,
            _permit: permit,
        }
    }

    /// The bytes; they no longer count as memory of bodies.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The version of the object that was read.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }
}
