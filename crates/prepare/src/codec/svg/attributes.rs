//! Bounds the attributes of an element. The XML parser compares each name with all others of the same element: for one
//! megabyte of them, that took 14 seconds.

use crate::{Limit, LimitExceeded};

/// Most attributes of an element, with namespaces. SVG has about 300, of which no element can have all.
const MOST: u64 = 1_000;

/// Refuses a drawing with an element of more attributes.
pub(super) fn check(text: &str) -> Result<(), LimitExceeded> {
    // Entities can contain elements, so every `<` counts that may begin one. No value contains another.
    let tags = text.split('<').skip(1);
    let elements = tags.filter(|tag| !tag.starts_with(['!', '/', '?']));
    match elements.map(attributes).find(|&found| found > MOST) {
        Some(found) => Err(LimitExceeded {
            limit: Limit::WorkOf("number of attributes of an element"),
            found,
            allowed: MOST,
        }),
        None => Ok(()),
    }
}

/// The signs between names and values, up to the end of the tag.
fn attributes(tag: &str) -> u64 {
    let (mut count, mut quote) = (0, None);
    for byte in tag.bytes() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => break,
            (None, b'=') => count += 1,
            (None, _) => {}
        }
    }
    count
}
