//! The hash of a secret that is written to a disk. Whoever has the file can try secrets until the hash fits, so each
//! try has to take long.

use std::num::NonZeroU32;

use ring::pbkdf2;

use crate::payload;

/// Rounds of PBKDF2: about a millisecond on one core, because a run may have thousands of accounts. A graphics card tries
/// four million secrets a second, of plain SHA-256 it would be 20 billion.
const ROUNDS: NonZeroU32 = NonZeroU32::MIN.saturating_add((1 << 11) - 1);

/// Bytes of a hash: no two secrets have the same by chance.
const LENGTH: usize = 16;

/// The hash of a text as lower-case hexadecimal digits. With another `salt` it is another, so that no table made
/// before fits.
pub(crate) fn slow_hash(text: &str, salt: &str) -> String {
    let mut hash = [0; LENGTH];
    let salt = format!("avatar-prep {salt}");
    let algorithm = pbkdf2::PBKDF2_HMAC_SHA256;
    pbkdf2::derive(
        algorithm,
        ROUNDS,
        salt.as_bytes(),
        text.as_bytes(),
        &mut hash,
    );
    payload::hex(&hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Python has it: `hashlib.pbkdf2_hmac('sha256', b'Sommer2026', b'avatar-prep x', 2048, 16).hex()`.
    #[test]
    fn it_is_pbkdf2() {
        assert_eq!(
            slow_hash("Sommer2026", "x"),
            "09a2d820953674299f81f6598e1f2099"
        );
        assert_ne!(slow_hash("Sommer2026", "x"), slow_hash("Sommer2026", "y"));
    }
}
