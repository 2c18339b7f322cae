//! The forms in which a server or a library on the way can repeat a secret, beside escapes of its characters.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::payload;
use crate::secret::Secret;

/// The secret in hexadecimal digits, and what its base64 has in common wherever it begins in a longer text.
pub(super) fn spellings(secret: &Secret) -> Vec<Secret> {
    let bytes = secret.reveal().as_bytes();
    let mut all = vec![payload::hex(bytes)];
    // How many bytes are before it in a group of three, and how many signs they have a part in.
    for (before, start) in [(&b""[..], 0), (b"0", 2), (b"00", 3)] {
        let text = [before, bytes].concat();
        for encoded in [STANDARD_NO_PAD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
            // The last sign belongs to what follows as well, unless the groups are complete.
            let end = encoded.len() - usize::from(text.len() % 3 > 0);
            all.extend(encoded.get(start..end).map(String::from));
        }
    }
    let spelled = all.iter().map(|text| Secret::opaque(text));
    spelled.filter_map(Result::ok).collect()
}
