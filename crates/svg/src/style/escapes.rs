//! The escapes of CSS (CSS Syntax 3, section 4.3.7), and values in a form without those that only spell words in another
//! way.

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

/// A value whose words are spelled without escapes, and whose quotes and brackets are all closed: the end of a sheet or
/// of an attribute closes them. Strings, addresses and escapes of other characters than letters stay as they are.
pub(super) fn simple(value: &str) -> Cow<'_, str> {
    if !value.contains(['\\', '(', '[', '{', '"', '\'']) {
        return Cow::Borrowed(value);
    }
    let (mut made, mut open, mut rest) = (String::with_capacity(value.len()), Vec::new(), value);
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        rest = match first {
            '\\' => {
                let next = after_escape(after);
                let letter = escaped(after).filter(|c| c.is_ascii_alphabetic() || *c == '-');
                match letter {
                    _ if after.is_empty() => made.push(char::REPLACEMENT_CHARACTER),
                    Some(letter) => made.push(letter),
                    None => made.push_str(before(rest, next)),
                }
                next
            }
            '"' | '\'' => copy_to(first, rest, &mut made),
            '(' if ends_in_url(&made) && !after.trim_start().starts_with(['"', '\'']) => {
                copy_to(')', rest, &mut made)
            }
            _ => {
                made.push(first);
                match first {
                    '(' => open.push(')'),
                    '[' => open.push(']'),
                    '{' => open.push('}'),
                    _ if open.last() == Some(&first) => {
                        open.pop();
                    }
                    _ => {}
                }
                after
            }
        };
    }
    made.extend(open.into_iter().rev());
    match made == value {
        true => Cow::Borrowed(value),
        false => Cow::Owned(made),
    }
}

/// Appends the first character and what follows up to the end of a string or address, which is added if it is missing;
/// returns the rest.
fn copy_to<'a>(end: char, text: &'a str, made: &mut String) -> &'a str {
    let mut rest = text.get(1..).unwrap_or_default();
    loop {
        let Some(at) = rest.find(['\\', end]) else {
            made.push_str(text);
            made.push(end);
            return "";
        };
        let (_, found) = rest.split_at(at);
        let after = found.get(1..).unwrap_or_default();
        if found.starts_with(end) {
            made.push_str(before(text, after));
            return after;
        }
        if after.is_empty() {
            // A backslash that nothing follows would escape the end that is added. It stands for this character, but
            // for nothing in a string.
            made.push_str(before(text, found));
            made.extend((end == ')').then_some(char::REPLACEMENT_CHARACTER));
            made.push(end);
            return "";
        }
        rest = after_escape(after);
    }
}

/// The part of a text before its end.
fn before<'a>(text: &'a str, end: &str) -> &'a str {
    text.get(..text.len().saturating_sub(end.len()))
        .unwrap_or_default()
}

/// Whether the last word is the name of an address.
fn ends_in_url(text: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\\');
    let name = text.rsplit(|c| !is_part(c)).next().unwrap_or_default();
    name.eq_ignore_ascii_case("url")
}
