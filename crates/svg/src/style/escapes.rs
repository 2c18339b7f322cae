//! The escapes of CSS (CSS Syntax 3, section 4.3.7).

use std::borrow::Cow;

/// The character that an escape stands for, from what follows its backslash.
pub(super) fn escaped(text: &str) -> Option<char> {
    let Ok(code) = u32::from_str_radix(hex_digits(text), 16) else {
        return text.chars().next();
    };
    let found = char::from_u32(code).filter(|found| *found != '\0');
    Some(found.unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// What follows an escape, from what follows its backslash. White space after digits belongs to the escape.
pub(super) fn after_escape(text: &str) -> &str {
    let hex = hex_digits(text);
    if hex.is_empty() {
        let mut chars = text.chars();
        chars.next();
        return chars.as_str();
    }
    let rest = text.get(hex.len()..).unwrap_or_default();
    rest.strip_prefix(|c: char| c.is_ascii_whitespace())
        .unwrap_or(rest)
}

fn hex_digits(text: &str) -> &str {
    let count = text
        .bytes()
        .take(6)
        .take_while(u8::is_ascii_hexdigit)
        .count();
    text.get(..count).unwrap_or_default()
}

/// The text with its escapes resolved.
pub(crate) fn unescaped(text: &str) -> Cow<'_, str> {
    let Some((before, mut escape)) = text.split_once('\\') else {
        return Cow::Borrowed(text);
    };
    let mut resolved = String::from(before);
    loop {
        resolved.extend(escaped(escape));
        let rest = after_escape(escape);
        let Some((before, next)) = rest.split_once('\\') else {
            resolved.push_str(rest);
            return Cow::Owned(resolved);
        };
        resolved.push_str(before);
        escape = next;
    }
}

pub(super) fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_') || !c.is_ascii()
}

/// What follows the word that a text begins with.
pub(super) fn after_word(text: &str) -> &str {
    let is_part =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || !byte.is_ascii();
    let mut rest = text;
    loop {
        let count = rest.bytes().take_while(is_part).count();
        rest = rest.get(count..).unwrap_or_default();
        let escape = rest.strip_prefix('\\');
        // A backslash at the end of a line escapes nothing.
        match escape.filter(|after| !after.starts_with(['\n', '\r', '\u{c}'])) {
            Some(after) => rest = after_escape(after),
            None => return rest,
        }
    }
}
