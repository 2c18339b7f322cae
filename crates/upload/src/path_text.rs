//! Paths as texts for people, records and lists: no two paths have the same.

use std::path::{Path, PathBuf};

/// Starts the text of a path that is not UTF-8. No other path that is in use begins so.
const MARK: &str = "not UTF-8: ";

/// A path as a text that no other path has. One that is not UTF-8 gets an encoded form, such as `not UTF-8: caf%E9.jpg`,
/// which no whole path has.
#[must_use]
pub fn path_text(path: &Path) -> String {
    if let Some(text) = path.to_str() {
        return text.into();
    }
    let mut text = String::from(MARK);
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'%' => text.push_str("%25"),
            b' '..=b'~' => text.push(char::from(*byte)),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

/// The path that [`path_text`] gave this text.
#[must_use]
pub fn path_of_text(text: &str) -> PathBuf {
    let bytes = text.strip_prefix(MARK).and_then(decoded);
    bytes.and_then(of_bytes).unwrap_or_else(|| text.into())
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first != b'%' {
            bytes.push(*first);
            rest = after;
            continue;
        }
        let (digits, after) = after.split_at_checked(2)?;
        let digits = std::str::from_utf8(digits).ok()?;
        // The parser of numbers also accepts a sign.
        let is_number = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        bytes.push(u8::from_str_radix(digits, 16).ok().filter(|_| is_number)?);
        rest = after;
    }
    Some(bytes)
}

/// A path that is not UTF-8; none if these bytes are, or if paths are no bytes on this system.
#[cfg(unix)]
fn of_bytes(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;

    let is_odd = std::str::from_utf8(&bytes).is_err();
    is_odd.then(|| std::ffi::OsString::from_vec(bytes).into())
}

#[cfg(not(unix))]
fn of_bytes(_: Vec<u8>) -> Option<PathBuf> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn a_path_and_its_text_belong_together() {
        for (path, text) in [
            (&b"caf\xe9/100%.jpg"[..], "not UTF-8: caf%E9/100%25.jpg"),
            (b"\xff", "not UTF-8: %FF"),
            (b"caf\xc3\xa9.jpg", "caf\u{e9}.jpg"),
            (b"100%.jpg", "100%.jpg"),
            (b"not UTF-8: %41", "not UTF-8: %41"),
            (b"not UTF-8: %+1", "not UTF-8: %+1"),
        ] {
            let path = Path::new(OsStr::from_bytes(path));
            assert_eq!(path_text(path), text);
            assert_eq!(path_of_text(text), path, "{text}");
        }
    }
}
