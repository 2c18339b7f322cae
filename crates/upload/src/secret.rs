//! A credential that cannot be printed by accident.

use std::fmt;

/// A token, a password or the query of a signed address. Neither `Debug` nor any error shows it,
/// and it has no `Display`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(String);

/// Why a text cannot be a secret; the text is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// It is shorter than any real token; masking it everywhere would make texts unreadable.
    #[error("the token must have at least {allowed} characters, got {found}")]
    Short {
        /// Characters found.
        found: usize,
        /// Fewest allowed.
        allowed: usize,
    },
    /// It has characters that change in the path of an address.
    #[error("the token must consist of letters, digits, - and _, got something else")]
    Form,
    /// It has characters that a header cannot carry.
    #[error("the token must consist of visible ASCII characters, got something else")]
    Invisible,
}

const SHORTEST: usize = 8;

/// Length of all tokens of GREEN-API that were seen; its documentation does not promise it.
const USUAL_DIGITS: usize = 50;

impl Secret {
    /// A token that is allowed in the path of an address; surrounding white space is dropped.
    ///
    /// # Errors
    /// [`SecretError`] names what is wrong, never the text.
    pub fn new(text: &str) -> Result<Self, SecretError> {
        let text = text.trim();
        let path_safe = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !text.bytes().all(path_safe) {
            return Err(SecretError::Form);
        }
        Self::opaque(text)
    }

    /// A secret that is sent in a header or a query; it may have any visible ASCII characters.
    ///
    /// # Errors
    /// [`SecretError`] names what is wrong, never the text.
    pub fn opaque(text: &str) -> Result<Self, SecretError> {
        let text = text.trim();
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(SecretError::Invisible);
        }
        if text.len() < SHORTEST {
            return Err(SecretError::Short {
                found: text.len(),
                allowed: SHORTEST,
            });
        }
        Ok(Self(text.into()))
    }

    /// The value of a header with a secret, including the word before it, such as `Bearer`.
    pub(crate) fn opaque_header(text: &str) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        text.bytes().all(is_plain).then(|| Self(text.into()))
    }

    /// Whether it looks like the tokens of GREEN-API that were seen so far: 50 hexadecimal digits.
    #[must_use]
    pub fn has_the_usual_form(&self) -> bool {
        self.0.len() == USUAL_DIGITS && self.0.bytes().all(|byte| byte.is_ascii_hexdigit())
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}
