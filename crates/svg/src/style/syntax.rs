//! The syntax of CSS (CSS Syntax 3), as far as it is needed: rules, declarations, and values that
//! are split at their top level. Strings, brackets and escapes are skipped as a whole.

use std::borrow::Cow;

use super::escapes::{after_escape, unescaped};

/// A rule in a style sheet.
#[derive(Debug, PartialEq)]
pub(super) enum Item<'a> {
    Rule {
        selectors: &'a str,
        body: &'a str,
    },
    /// An at-rule; `body` is the text in braces, empty if the rule ends with a semicolon.
    At {
        name: &'a str,
        prelude: &'a str,
        body: &'a str,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Declaration<'a> {
    /// Without escapes.
    pub(super) name: Cow<'a, str>,
    /// As it was written.
    pub(super) value: &'a str,
    pub(super) is_important: bool,
}

/// The text without comments, and without the marks that hid style sheets from old browsers.
pub(crate) fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains("/*") && !text.contains("<!--") {
        return Cow::Borrowed(text);
    }
    let (mut rest, mut kept) = (text, String::with_capacity(text.len()));
    while let Some(start) = rest.find("/*") {
        kept.push_str(rest.get(..start).unwrap_or_default());
        kept.push(' ');
        let inside = rest.get(start + 2..).unwrap_or_default();
        rest = inside
            .find("*/")
            .and_then(|end| inside.get(end + 2..))
            .unwrap_or_default();
    }
    kept.push_str(rest);
    Cow::Owned(kept.replace("<!--", " ").replace("-->", " "))
}

/// The rules of a sheet without comments.
pub(super) fn items(mut text: &str) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    loop {
        // A semicolon or brace that is too much belongs to the next rule, which browsers then ignore.
        text = text.trim_start_matches(|c: char| c.is_ascii_whitespace());
        let is_at = text.starts_with('@');
        let Some(end) = position(text, |byte| byte == b'{' || is_at && byte == b';') else {
            // An at-rule can end at the end of the sheet.
            if is_at {
                items.push(at_rule(text, ""));
            }
            return items;
        };
        let (prelude, rest) = text.split_at(end);
        let (body, rest) = match rest.strip_prefix('{') {
            Some(inside) => block(inside),
            // The semicolon at the end of an at-rule.
            None => ("", rest.get(1..).unwrap_or_default()),
        };
        items.push(match is_at {
            true => at_rule(prelude, body),
            false => Item::Rule {
                selectors: prelude.trim(),
                body,
            },
        });
        text = rest;
    }
}

/// The body of a rule, split into its declarations and the rules nested in it.
pub(super) fn nested(body: &str) -> (Cow<'_, str>, Vec<Item<'_>>) {
    if !body.contains('{') {
        return (Cow::Borrowed(body), Vec::new());
    }
    let (mut own, mut inner, mut rest) = (String::new(), Vec::new(), body);
    loop {
        rest = rest.trim_start();
        let end = position(rest, |byte| matches!(byte, b';' | b'{')).unwrap_or(rest.len());
        let (start, after) = rest.split_at(end);
        // The value of a custom property may be enclosed in braces.
        if let (Some(inside), false) = (after.strip_prefix('{'), start.starts_with("--")) {
            let (body, after) = block(inside);
            inner.push(match start.starts_with('@') {
                true => at_rule(start, body),
                false => Item::Rule {
                    selectors: start.trim(),
                    body,
                },
            });
            rest = after;
            continue;
        }
        let end = position(rest, |byte| byte == b';').unwrap_or(rest.len());
        let (declaration, after) = rest.split_at(end);
        own.push_str(declaration);
        own.push(';');
        match after.strip_prefix(';') {
            Some(after) => rest = after,
            None => return (Cow::Owned(own), inner),
        }
    }
}

fn at_rule<'a>(text: &'a str, body: &'a str) -> Item<'a> {
    let text = text.strip_prefix('@').unwrap_or(text);
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .unwrap_or(text.len());
    let (name, prelude) = text.split_at(end);
    Item::At {
        name,
        prelude: prelude.trim(),
        body,
    }
}

/// The text before the closing brace, and the text after it.
fn block(text: &str) -> (&str, &str) {
    let end = position(text, |byte| byte == b'}').unwrap_or(text.len());
    let (body, rest) = text.split_at(end);
    (body, rest.strip_prefix('}').unwrap_or(rest))
}

/// The declarations of a block or of a `style` attribute. Blocks inside of them are left out.
pub(super) fn declarations(text: &str) -> impl Iterator<Item = Declaration<'_>> {
    split(text, |byte| byte == b';').filter_map(|part| {
        let (name, value) = part.split_at(position(part, |byte| byte == b':')?);
        let name = unescaped(name.trim());
        let is_name =
            !name.is_empty() && !name.contains(|c: char| c.is_ascii_whitespace() || c == '{');
        let (value, is_important) = important(value.get(1..)?.trim());
        is_name.then_some(Declaration {
            name,
            value,
            is_important,
        })
    })
}

fn important(value: &str) -> (&str, bool) {
    let Some(at) = value.rfind('!') else {
        return (value, false);
    };
    let (before, word) = value.split_at(at);
    match word.get(1..).map(|word| unescaped(word.trim())) {
        Some(word) if word.eq_ignore_ascii_case("important") => (before.trim_end(), true),
        _ => (value, false),
    }
}

/// The index of the first byte at the top level for which `is_end` is true.
pub(crate) fn position(text: &str, is_end: impl Fn(u8) -> bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0u32);
    while let Some(&byte) = bytes.get(at) {
        if depth == 0 && is_end(byte) {
            return Some(at);
        }
        match byte {
            b'\\' => {
                let escape = text.get(at + 1..).unwrap_or_default();
                at += escape.len().saturating_sub(after_escape(escape).len());
            }
            b'"' | b'\'' => at = end_of_string(bytes, at),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The index of the closing quote, or of the last byte.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let quote = bytes.get(start);
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            byte if Some(byte) == quote => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The trimmed parts between separators at the top level.
pub(crate) fn split(text: &str, is_separator: impl Fn(u8) -> bool) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = position(text, &is_separator) else {
            rest = None;
            return Some(text.trim());
        };
        rest = text.get(end + 1..);
        Some(text.get(..end)?.trim())
    })
}

/// The words of a value, separated by white space at the top level.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    split(text, |byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty())
}

/// Name and arguments, if the text is one function and nothing else.
pub(crate) fn function(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let (name, rest) = text.split_at(text.find('(')?);
    let inside = rest.strip_prefix('(')?;
    let end = position(inside, |byte| byte == b')')?;
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    (is_name && end + 1 == inside.len()).then(|| (name, inside.get(..end).unwrap_or_default()))
}
