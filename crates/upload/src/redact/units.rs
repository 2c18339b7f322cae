//! Splits a text into the characters that a person reads, with escapes undone.

use std::ops::Range;

/// A character in lower case, and the bytes of the text that stand for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    pub(super) c: char,
    start: usize,
    end: usize,
}

/// The range of bytes that units stand for; `None` for no units.
pub(super) fn covered(units: Option<&[Unit]>) -> Option<Range<usize>> {
    let units = units?;
    Some(units.first()?.start..units.last()?.end)
}

/// The characters of a text without invisible ones, which could be put between those of a token to
/// hide it.
pub(super) fn units(text: &str) -> Vec<Unit> {
    let seen = text.char_indices().filter(|(_, c)| !is_invisible(*c));
    seen.map(|(start, c)| Unit {
        c: c.to_ascii_lowercase(),
        start,
        end: start + c.len_utf8(),
    })
    .collect()
}

/// The same units without what can separate the characters of a secret: space, line breaks and other control
/// characters, such as the zeros of UTF-16, and accents.
pub(super) fn joined(units: &[Unit]) -> Vec<Unit> {
    let separates =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{300}'..='\u{36f}');
    let kept = units.iter().filter(|unit| !separates(unit.c));
    kept.copied().collect()
}

/// Characters without a width, those that look empty, and those that change the direction of what follows.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// The same units with one level of escapes undone.
pub(super) fn unescaped(units: &[Unit]) -> Vec<Unit> {
    let mut plain = Vec::with_capacity(units.len());
    let mut rest = units;
    while let Some(first) = rest.first() {
        let (c, length) = escape(rest).unwrap_or((first.c, 1));
        let end = rest.get(length - 1).map_or(first.end, |last| last.end);
        plain.push(Unit {
            c: c.to_ascii_lowercase(),
            start: first.start,
            end,
        });
        rest = rest.get(length..).unwrap_or_default();
    }
    plain
}

/// The ASCII character that the escape at the start of `rest` stands for, and the escape's length.
fn escape(rest: &[Unit]) -> Option<(char, usize)> {
    const SHAPES: [(&str, u32, &str); 6] = [
        ("%", 16, ""),
        ("\\u{", 16, "}"),
        ("\\u", 16, ""),
        ("\\x", 16, ""),
        ("&#x", 16, ";"),
        ("&#", 10, ";"),
    ];
    if starts_with(rest, "\\\\") {
        return Some(('\\', 2));
    }
    SHAPES.into_iter().find_map(|(prefix, radix, suffix)| {
        let tail = rest
            .get(prefix.len()..)
            .filter(|_| starts_with(rest, prefix))?;
        let most = match (prefix, suffix) {
            ("\\u", _) => 4,
            (_, "") => 2,
            _ => 8,
        };
        let digits = tail
            .iter()
            .take(most)
            .take_while(|unit| unit.c.is_digit(radix));
        let digits: String = digits.map(|unit| unit.c).collect();
        let is_whole = suffix.is_empty().then_some(digits.len() == most);
        let is_ended = starts_with(tail.get(digits.len()..)?, suffix);
        if !is_whole.unwrap_or(is_ended) {
            return None;
        }
        let value = u32::from_str_radix(&digits, radix).ok()?;
        let value = char::from_u32(value).filter(char::is_ascii)?;
        Some((value, prefix.len() + digits.len() + suffix.len()))
    })
}

pub(super) fn starts_with(units: &[Unit], text: &str) -> bool {
    let mut units = units.iter();
    text.chars()
        .all(|c| units.next().is_some_and(|unit| unit.c == c))
}

/// Replaces control characters and invisible ones by escapes, because they could fake or erase
/// lines on a terminal.
pub(super) fn escaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c.is_control() => plain.extend(c.escape_default()),
            _ if is_invisible(c) => plain.extend(c.escape_unicode()),
            _ => plain.push(c),
        }
    }
    plain
}
