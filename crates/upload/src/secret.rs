//! A credential that cannot print itself.

use std::fmt;

/// The token of an account. Neither `Debug` nor any error shows it, and it has no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// Why a text cannot be a token; the text is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// Shorter than any real token, so redaction would tear texts apart.
    #[error("the token has {found} characters, at least {allowed} are expected")]
    Short {
        /// Characters found.
        found: usize,
        /// Fewest allowed.
        allowed: usize,
    },
    /// It would not survive as one segment of a path.
    #[error("the token has a character other than letters, digits, - and _")]
    Form,
}

const SHORTEST: usize = 8;

/// What every example of the vendor has; nothing promises it.
const USUAL_DIGITS: usize = 50;

impl Secret {
    /// A token of path-safe characters; surrounding white space is dropped.
    ///
    /// # Errors
    /// [`SecretError`] names what is wrong, never the text.
    pub fn new(text: &str) -> Result<Self, SecretError> {
        let text = text.trim();
        let path_safe = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !text.bytes().all(path_safe) {
            return Err(SecretError::Form);
        }
        if text.len() < SHORTEST {
            return Err(SecretError::Short {
                found: text.len(),
                allowed: SHORTEST,
            });
        }
        Ok(Self(text.into()))
    }

    /// Whether it looks like the tokens that were seen so far: 50 hexadecimal digits.
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
