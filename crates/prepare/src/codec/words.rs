//! Puts error messages of other libraries into plain words.

use crate::codec::contract::ends_inside;
use crate::{Error, PictureError};

/// Replaces messages that contain Rust values, which users cannot act on.
pub(crate) fn in_plain_words(error: Error) -> Error {
    let Error::Picture(mut error) = error else {
        return error;
    };
    let format = match &error {
        PictureError::Malformed { format, detail } if ends(detail) => Some(*format),
        _ => None,
    };
    if let Some(format) = format {
        return ends_inside(format);
    }
    let (text, instead) = match &mut error {
        PictureError::Malformed { detail, .. } => {
            (detail, "its data contradicts the format's rules")
        }
        PictureError::Truncated { detail, .. } => (detail, "the file ends inside the picture"),
        PictureError::Unsupported { feature, .. } => (feature, "a feature that is not decoded"),
        _ => return error.into(),
    };
    if is_for_programmers(text) {
        *text = instead.into();
    }
    error.into()
}

/// Whether the message means that the data ended: then the file is truncated, not malformed.
fn ends(detail: &str) -> bool {
    let detail = detail.to_ascii_lowercase();
    [
        "failed to fill whole buffer",
        "unexpected end of file",
        "unexpected eof",
    ]
    .iter()
    .any(|said| detail.contains(said))
}

fn is_for_programmers(text: &str) -> bool {
    const CALLS: [&str; 5] = ["::", "Some(", "Ok(", "Err(", "None"];
    text.trim().is_empty()
        || text.contains(['{', '}', '[', ']'])
        || CALLS.iter().any(|mark| text.contains(mark))
}
