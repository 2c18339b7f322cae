//! Names on other systems: which ones are the same file there, and which ones are not allowed.

use std::ffi::OsString;
use std::path::{Path, is_separator};

use unicode_normalization::UnicodeNormalization;

/// Names of devices on Windows, with any extension.
/// <https://learn.microsoft.com/windows/win32/fileio/naming-a-file>
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
const NUMBERED_DEVICES: [&str; 2] = ["com", "lpt"];

/// A key that is equal for all paths that are one file on some system: case is folded (Windows,
/// macOS), characters are normalised (macOS), and dots and spaces at the end of a name are dropped
/// (Windows).
pub fn fold(path: &Path) -> OsString {
    let Some(text) = path.to_str() else {
        return path.as_os_str().to_os_string();
    };
    let parts: Vec<String> = text.split(is_separator).map(fold_part).collect();
    parts.join("/").into()
}

fn fold_part(part: &str) -> String {
    let kept = part.trim_end_matches(['.', ' ']);
    // `..` is not a name.
    let part = if kept.is_empty() { part } else { kept };
    if part.is_ascii() {
        return part.to_ascii_lowercase();
    }
    // To upper case and back, since some systems treat ß and SS, ς and σ as equal.
    let upper = part.nfd().flat_map(char::to_uppercase);
    upper.flat_map(char::to_lowercase).nfc().collect()
}

/// Why Windows does not allow this name; none if it does.
pub fn trouble(path: &Path) -> Option<String> {
    let text = path.to_str()?;
    // On Windows also the backslash, which everywhere else is a character of a name.
    text.split(is_separator)
        .filter(|part| !part.is_empty())
        .find_map(|part| {
            let reason = if is_device(part) {
                "is reserved on Windows"
            } else if part.ends_with(['.', ' ']) {
                "ends in a dot or a space, which Windows drops"
            } else if part.contains(['<', '>', ':', '"', '|', '?', '*', '\\'])
                || part.chars().any(char::is_control)
            {
                "has characters that Windows does not allow"
            } else {
                return None;
            };
            Some(format!("the name {part:?} {reason}"))
        })
}

fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default();
    let stem = stem.trim_end().to_lowercase();
    let numbered = |device: &str| {
        let number = stem.strip_prefix(device).unwrap_or_default();
        matches!(
            number.chars().collect::<Vec<_>>()[..],
            ['1'..='9' | '¹' | '²' | '³']
        )
    };
    DEVICES.contains(&stem.as_str()) || NUMBERED_DEVICES.iter().any(|device| numbered(device))
}
