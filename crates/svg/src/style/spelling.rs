//! Values in a form without escapes that only spell words in another way.

use std::borrow::Cow;

use super::escapes::{after_escape, is_of_word, unescaped};
use super::tokens::{Token, nest, next};

/// A value whose words are spelled without escapes, and whose quotes and brackets are all closed: the end of a sheet or
/// of an attribute closes them. Strings and addresses stay as they are, and so do words that mean something else without
/// escapes.
pub(super) fn simple(value: &str) -> Cow<'_, str> {
    if !value.contains(['\\', '(', '[', '{', '"', '\'']) {
        return Cow::Borrowed(value);
    }
    let (mut made, mut open, mut rest) = (String::with_capacity(value.len()), Vec::new(), value);
    while let Some((token, after)) = next(rest) {
        let whole = before(rest, after);
        match token {
            Token::Text => close_with(whole.get(..1).unwrap_or_default(), whole, &mut made),
            Token::Word => made.push_str(&spelled(whole, false)),
            Token::Marked => {
                let (mark, word) = whole.split_at(1);
                made.push_str(mark);
                made.push_str(&spelled(word, true));
            }
            Token::Address => {
                let (name, inside) = whole.split_at(whole.find('(').unwrap_or_default());
                made.push_str(&spelled(name, false));
                close_with(")", inside, &mut made);
            }
            Token::Other(found) => {
                nest(&mut open, found);
                made.push(found);
            }
            Token::Bad | Token::Comment | Token::Fence => made.push_str(whole),
        }
        rest = after;
    }
    made.extend(open.into_iter().rev().map(char::from));
    match made == value {
        true => Cow::Borrowed(value),
        false => Cow::Owned(made),
    }
}

/// A word without escapes, if it means the same then. After `#`, it may begin with a digit.
fn spelled(word: &str, is_hash: bool) -> Cow<'_, str> {
    if !word.contains('\\') {
        return Cow::Borrowed(word);
    }
    // A backslash at the end stands for a character that no word has.
    let resolved = unescaped(word);
    let is_cut = word.ends_with('\\') && !ends_in_escape(word);
    let starts_word = |text: &str| {
        let first = text.strip_prefix('-').unwrap_or(text);
        first.starts_with(|c: char| is_of_word(c) && !c.is_ascii_digit())
    };
    let is_same = match number(word) {
        _ if is_cut => false,
        _ if is_hash => true,
        // The unit of a number must not look like its exponent, or like more of it.
        Some(count) => {
            let unit = resolved.get(count..).unwrap_or_default();
            starts_word(unit) && number(&resolved) == Some(count)
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

/// The length of the number that a word begins with, with its exponent (CSS Syntax 3, section 4.3.12).
fn number(word: &str) -> Option<usize> {
    let digits = |text: &str| {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let after = unsigned.trim_start_matches(|c: char| c.is_ascii_digit());
        (after.len() < unsigned.len()).then(|| text.len() - after.len())
    };
    let count = digits(word)?;
    let exponent = word
        .get(count..)
        .and_then(|rest| rest.strip_prefix(['e', 'E']));
    Some(count + exponent.and_then(digits).map_or(0, |more| more + 1))
}

/// Appends a string or the address in brackets, and its end if that is missing.
fn close_with(end: &str, whole: &str, made: &mut String) {
    let mut rest = whole.get(1..).unwrap_or_default();
    while let Some(at) = rest.find(['\\', '"', '\'', ')']) {
        let (_, found) = rest.split_at(at);
        let after = found.get(1..).unwrap_or_default();
        rest = match found.starts_with('\\') {
            _ if found == end => {
                made.push_str(whole);
                return;
            }
            // A backslash that nothing follows would escape the end that is added. It stands for this character, but
            // for nothing in a string.
            true if after.is_empty() => {
                made.push_str(before(whole, found));
                made.extend((end == ")").then_some(char::REPLACEMENT_CHARACTER));
                made.push_str(end);
                return;
            }
            true => after_escape(after),
            false => after,
        };
    }
    made.push_str(whole);
    made.push_str(end);
}

/// The part of a text before its end.
fn before<'a>(text: &'a str, end: &str) -> &'a str {
    text.get(..text.len().saturating_sub(end.len()))
        .unwrap_or_default()
}
