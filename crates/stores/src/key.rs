//! Which keys can be asked for, and a form for the others that survives the client.
//!
//! The client reads keys as paths: it refuses some, which would end a whole listing, and shortens
//! others, which would make them the keys of other objects.

/// Starts a key in the form that the client leaves alone.
const MARK: &str = "avatar-prep-key:";

/// Why the object with this key cannot be asked for; `None` if it can.
///
/// ```
/// use avatar_stores::fault_of_key;
///
/// assert_eq!(fault_of_key("a/b c.jpg"), None);
/// assert!(fault_of_key("a//b.jpg").is_some());
/// ```
#[must_use]
pub fn fault_of_key(key: &str) -> Option<&'static str> {
    if key.chars().any(|letter| letter.is_ascii_control()) {
        return Some("its key holds control characters");
    }
    if key.ends_with('/') {
        return Some("its key ends in /");
    }
    let mut parts = key.split('/');
    if parts.any(|part| part == "." || part == "..") {
        return Some("a part of its key is . or ..");
    }
    let is_odd = key.split('/').any(str::is_empty);
    is_odd.then_some("a part of its key is empty")
}

/// A key as the client keeps it.
pub(crate) fn kept(key: &str) -> String {
    use std::fmt::Write as _;

    // The parser of listings drops space around a text.
    let is_plain = fault_of_key(key).is_none() && key.trim() == key && !key.starts_with(MARK);
    if is_plain {
        return key.into();
    }
    let mut kept = String::from(MARK);
    for byte in key.bytes() {
        let _ = write!(kept, "{byte:02x}");
    }
    kept
}

/// The key that [`kept`] was given.
pub(crate) fn restored(kept: String) -> String {
    let Some(digits) = kept.strip_prefix(MARK) else {
        return kept;
    };
    let pairs = digits.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = pairs.map(byte).collect();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_survives() {
        for key in [
            "a/b.jpg", "a//b", "/a", "a/", "a/./b", "a\n\u{1}", " a ", MARK, "é ",
        ] {
            let kept = kept(key);
            assert_eq!(fault_of_key(&kept), None);
            assert_eq!(kept.trim(), kept);
            assert_eq!(restored(kept), key);
        }
        assert_eq!(kept("a b/é.jpg"), "a b/é.jpg");
    }
}
