//! Checks the names of files that a page sends: they are written below one folder, and nowhere else.

use std::path::{Path, PathBuf};

use avatar_batch::naming::portable;
use axum::http::StatusCode;

use crate::web::Refused;

/// Most bytes of a path.
const PATH_BYTES: usize = 1_000;

/// Most bytes of a part. File systems allow 255, and results have longer names than their sources.
const PART_BYTES: usize = 200;

/// Most folders in each other.
const PARTS: usize = 32;

/// The path of a file below the folder of its batch, from the path that a page sends.
pub(super) fn checked(sent: &str) -> Result<PathBuf, Refused> {
    if sent.len() > PATH_BYTES {
        return Err(bad(&format!(
            "must have at most {PATH_BYTES} bytes with its folders, got {}",
            sent.len()
        )));
    }
    if sent.chars().any(char::is_control) || sent.contains('\\') {
        return Err(bad("must not contain control characters or backslashes"));
    }
    let parts: Vec<&str> = sent.split('/').collect();
    if parts.len() > PARTS {
        return Err(bad(&format!("must have at most {PARTS} parts")));
    }
    for part in &parts {
        if part.is_empty() {
            return Err(bad("must be relative, without empty parts"));
        }
        // Also `.` and `..`, and the folder of the state.
        if part.starts_with('.') {
            let message = "names that start with a dot are left out";
            return Err(refused("hidden_file", message.into()));
        }
        if part.len() > PART_BYTES {
            return Err(bad(&format!(
                "must have at most {PART_BYTES} bytes in each part, got {}",
                part.len()
            )));
        }
        if let Some(why) = not_on_this_system(part) {
            return Err(bad(&format!("cannot be written here: {why}")));
        }
    }
    if parts.last().is_some_and(|name| has_options(name)) {
        let message = "options for single pictures are not used here";
        return Err(refused("options_file", message.into()));
    }
    Ok(parts.iter().collect())
}

/// Windows takes some names for devices, streams or other names.
fn not_on_this_system(part: &str) -> Option<String> {
    cfg!(windows)
        .then(|| portable::trouble(Path::new(part)))
        .flatten()
}

/// Whether this is the name of a sidecar. One that another file of the same name keeps from its
/// picture would be ignored silently.
fn has_options(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|it| it.to_str());
    extension.is_some_and(|it| it.eq_ignore_ascii_case("toml"))
}

fn bad(why: &str) -> Refused {
    refused("bad_name", format!("the name {why}"))
}

fn refused(code: &'static str, message: String) -> Refused {
    Refused::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_below_their_folder() {
        let long = "a".repeat(PART_BYTES + 1);
        let deep = "a/".repeat(PARTS) + "b.png";
        for (sent, code) in [
            ("", "bad_name"),
            ("/etc/passwd", "bad_name"),
            ("a//b.png", "bad_name"),
            ("a/", "bad_name"),
            ("..", "hidden_file"),
            ("../a.png", "hidden_file"),
            ("a/../../b.png", "hidden_file"),
            ("a/./b.png", "hidden_file"),
            (".avatar-prep/cache.sqlite", "hidden_file"),
            (".DS_Store", "hidden_file"),
            ("a\\..\\b.png", "bad_name"),
            ("C:\\a.png", "bad_name"),
            ("a\0.png", "bad_name"),
            ("a\n.png", "bad_name"),
            ("a\u{85}.png", "bad_name"),
            (&long, "bad_name"),
            (&deep, "bad_name"),
            (&"a/".repeat(PATH_BYTES), "bad_name"),
            ("a.png.toml", "options_file"),
        ] {
            let refused = checked(sent).map_err(|it| it.code);
            assert_eq!(refused, Err(code), "{sent:?}");
        }
        for sent in ["a.png", "a/b c.png", "é/<b>&\"'.png", "a..b.png", "ä"] {
            assert_eq!(checked(sent).ok(), Some(PathBuf::from(sent)));
        }
    }
}
