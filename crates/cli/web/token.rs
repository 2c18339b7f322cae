//! The secret that a page must know.

use avatar_batch::files::fingerprint::{Hash, hex};

/// Bytes of a token: 128 bits cannot be guessed.
const LENGTH: usize = 16;

/// A random number as hexadecimal digits, which nobody can guess.
pub(crate) fn random_digits() -> std::io::Result<String> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(hex(&bytes))
}

/// A random secret for one run of the server.
///
/// It is in the fragment of the address, which a browser never sends, and the script of the page
/// sends it back in a header. A cookie would be sent to every other server on this machine too,
/// because browsers do not distinguish ports, and other sites could make the browser send it.
pub(super) struct Token {
    digits: String,
    hash: Hash,
}

impl Token {
    pub(super) fn random() -> std::io::Result<Self> {
        let digits = random_digits()?;
        Ok(Self {
            hash: Hash::of(digits.as_bytes()),
            digits,
        })
    }

    /// The token as it is written in the address.
    pub(super) fn digits(&self) -> &str {
        &self.digits
    }

    /// Whether this is the token. Comparing hashes takes the same time however much of it is right.
    pub(super) fn is(&self, digits: &[u8]) -> bool {
        Hash::of(digits) == self.hash
    }
}
