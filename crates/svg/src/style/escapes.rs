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
/// of an attribute closes them. Strings and addresses stay as they are, and so do words that mean something else without
/// escapes.
pub(super) fn simple(value: &str) -> Cow<'_, str> {
    if !value.contains(['\\', '(', '[', '{', '"', '\'']) {
        return Cow::Borrowed(value);
    }
    let (mut made, mut open, mut rest) = (String::with_capacity(value.len()), Vec::new(), value);
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        rest = match first {
            '"' | '\'' => copy_to(first, rest, &mut made),
            '(' if ends_in_url(&made) && !after.trim_start().starts_with(['"', '\'']) => {
                copy_to(')', rest, &mut made)
            }
            _ if first == '\\' || is_of_word(first) => {
                let next = after_word(rest);
                let word = spelled(before(rest, next), made.ends_with('#'));
                made.push_str(&word);
                next
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

/// Whether a custom property can have this value: nothing closes a bracket that is not open, and there is no `!` outside
/// of brackets (CSS Syntax 3, section 8.2). Browsers ignore other declarations.
pub(super) fn is_whole(value: &str) -> bool {
    let (mut open, mut rest) = (Vec::new(), value);
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        rest = match first {
            '\\' => after_escape(after),
            '"' | '\'' => copy_to(first, rest, &mut String::new()),
            '(' if ends_in_url(before(value, rest))
                && !after.trim_start().starts_with(['"', '\'']) =>
            {
                copy_to(')', rest, &mut String::new())
            }
            _ => {
                match first {
                    '(' => open.push(')'),
                    '[' => open.push(']'),
                    '{' => open.push('}'),
                    ')' | ']' | '}' if open.pop() != Some(first) => return false,
                    '!' if open.is_empty() => return false,
                    _ => {}
                }
                after
            }
        };
    }
    true
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_') || !c.is_ascii()
}

/// What follows the word that a text begins with.
fn after_word(text: &str) -> &str {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        rest = match first {
            '\\' => after_escape(after),
            _ if is_of_word(first) => after,
            _ => return rest,
        };
    }
    rest
}

/// A word without escapes, if it means the same then. After `#`, it may begin with a digit.
fn spelled(word: &str, is_hash: bool) -> Cow<'_, str> {
    if !word.contains('\\') {
        return Cow::Borrowed(word);
    }
    // A backslash at the end stands for a character that no word has.
    let resolved = unescaped(word);
    let is_cut = word.ends_with('\\') && !ends_in_escape(word);
    let digits = |text: &str| {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let after = unsigned.trim_start_matches(|c: char| c.is_ascii_digit());
        (after.len() < unsigned.len()).then(|| text.len() - after.len())
    };
    let starts_word = |text: &str| {
        let first = text.strip_prefix('-').unwrap_or(text);
        first.starts_with(|c: char| is_of_word(c) && !c.is_ascii_digit())
    };
    let is_same = match digits(word) {
        _ if is_cut => false,
        _ if is_hash => true,
        // The unit of a number must not look like its exponent.
        Some(count) => {
            let unit = resolved.get(count..).unwrap_or_default();
            let after = unit.strip_prefix(['e', 'E']).unwrap_or_default();
            starts_word(unit) && digits(after).is_none()
        }
        None => starts_word(&resolved),
    };
    match is_same && resolved.chars().all(is_of_word) {
        true => resolved,
        false if is_cut => {
            let word = word.get(..word.len().saturating_sub(1)).unwrap_or_default();
            Cow::Owned(format!("{word}{}", char::REPLACEMENT_CHARACTER))
        }
        false => Cow::Borrowed(word),
    }
}

/// Whether the backslash at the end of a word is one that another escapes.
fn ends_in_escape(word: &str) -> bool {
    let backslashes = word.bytes().rev().take_while(|byte| *byte == b'\\');
    backslashes.count() % 2 == 0
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
