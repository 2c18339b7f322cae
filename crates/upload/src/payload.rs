//! What is sent: bytes with their hash, name and media type.

use std::fmt::{self, Write};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::verdict::Verdict;

/// Bytes that are read when they are needed, so that a long run holds only those in flight.
pub trait Contents: fmt::Debug + Send + Sync {
    /// SHA-256 of the bytes in lower-case hexadecimal digits; it identifies the delivery in the
    /// journal. Empty until it is known, see [`fetch`](Self::fetch).
    fn sha256(&self) -> &str;

    /// Finds out the hash, for bytes that are elsewhere; called when the turn of the delivery comes.
    ///
    /// # Errors
    /// A verdict, if the bytes cannot be read. Then nothing is sent and nothing is recorded.
    fn fetch(&self) -> Result<(), Verdict> {
        Ok(())
    }

    /// Reads the bytes; called before every attempt.
    ///
    /// # Errors
    /// A verdict, if the bytes are no longer those that were to be sent.
    fn load(&self) -> Result<Payload, Verdict>;
}

impl Contents for Payload {
    fn sha256(&self) -> &str {
        &self.sha256
    }

    fn load(&self) -> Result<Payload, Verdict> {
        Ok(self.clone())
    }
}

/// Finished bytes with their SHA-256; never empty, and the same on every attempt.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload {
    bytes: Arc<[u8]>,
    sha256: String,
    content_type: &'static str,
    file_name: &'static str,
}

/// There are no bytes to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the picture has no bytes")]
pub struct EmptyPayload;

impl Payload {
    /// Takes a finished JPEG. It is always sent under the same file name, so that no service learns
    /// the name of the source.
    ///
    /// # Errors
    /// [`EmptyPayload`] if there are no bytes.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Result<Self, EmptyPayload> {
        let bytes = bytes.into();
        if bytes.is_empty() {
            return Err(EmptyPayload);
        }
        let sha256 = sha256(&bytes);
        Ok(Self {
            bytes,
            sha256,
            content_type: "image/jpeg",
            file_name: "avatar.jpg",
        })
    }

    /// The same bytes with another media type and name.
    #[must_use]
    pub fn with_type(mut self, content_type: &'static str, file_name: &'static str) -> Self {
        self.content_type = content_type;
        self.file_name = file_name;
        self
    }

    /// What the bytes are, as an Internet media type.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        self.content_type
    }

    /// The file name under which they are sent.
    #[must_use]
    pub fn file_name(&self) -> &'static str {
        self.file_name
    }

    /// The bytes that are sent.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of the bytes in lower-case hexadecimal digits.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({} bytes, {})", self.bytes.len(), self.sha256)
    }
}

/// SHA-256 in lower-case hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Digits of a fingerprint: enough to tell two texts apart.
const FINGERPRINT_DIGITS: usize = 16;

/// A short hash that stands for these texts. A secret can be found from it by trying, so one of a secret stays in
/// memory: what is stored is its [`slow_hash`](crate::slow_hash::slow_hash).
pub(crate) fn fingerprint(texts: &[&str]) -> String {
    let mut digits = sha256(texts.join("\0").as_bytes());
    digits.truncate(FINGERPRINT_DIGITS);
    digits
}
