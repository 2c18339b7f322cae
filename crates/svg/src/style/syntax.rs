//! The syntax of CSS (CSS Syntax 3), as far as it is needed: rules, declarations, and values that
//! are split at their top level. Strings, brackets and escapes are skipped as a whole.

use std::borrow::Cow;

use super::escapes::unescaped;
use super::tokens::{Token, is_address, is_spoilt, nest, next};

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

/// The text without comments.
pub(crate) fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains("/*") {
        return Cow::Borrowed(text);
    }
    let (mut rest, mut kept) = (text, String::with_capacity(text.len()));
    while let Some((token, after)) = next(rest) {
        match token {
            // Between the parts of a selector, a space would have a meaning.
            Token::Comment if after.starts_with(['.', '#', '[', ':']) && ends_in_name(&kept) => {}
            Token::Comment => kept.push(' '),
            _ => kept.push_str(rest.get(..rest.len() - after.len()).unwrap_or_default()),
        }
        rest = after;
    }
    Cow::Owned(kept)
}

/// Whether it ends with a part of a selector.
fn ends_in_name(text: &str) -> bool {
    if text.ends_with([']', ')', '*']) {
        return true;
    }
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let word = text.rsplit(|c| !is_part(c)).next().unwrap_or_default();
    word.starts_with(|c: char| !c.is_ascii_digit())
}

/// The rules of a sheet without comments, or of one of its blocks. Only between the rules of a sheet can there be marks
/// that hid it from old browsers.
pub(super) fn items(mut text: &str, is_sheet: bool) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    loop {
        // A semicolon or brace that is too much belongs to the next rule, which browsers then ignore.
        text = text.trim_ascii_start();
        while let Some((Token::Fence, after)) = next(text).filter(|_| is_sheet) {
            text = after.trim_ascii_start();
        }
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
    parts(text, |byte| byte == b';').filter_map(|part| {
        // The end of a line that cuts a string must not be trimmed away before.
        if is_spoilt(part) {
            return None;
        }
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

/// The index of the first byte at the top level for which `is_end` is true. It is not asked about those of words.
pub(crate) fn position(text: &str, is_end: impl Fn(u8) -> bool) -> Option<usize> {
    let (mut open, mut rest) = (Vec::new(), text);
    while let Some((token, after)) = next(rest) {
        if let Token::Other(found) = token {
            let is_asked = open.is_empty() && found.is_ascii();
            if is_asked && rest.bytes().next().is_some_and(&is_end) {
                return Some(text.len() - rest.len());
            }
            nest(&mut open, found);
        }
        rest = after;
    }
    None
}

/// The trimmed parts between separators at the top level.
pub(crate) fn split(text: &str, is_separator: impl Fn(u8) -> bool) -> impl Iterator<Item = &str> {
    parts(text, is_separator).map(str::trim)
}

/// The same, not trimmed.
fn parts(text: &str, is_separator: impl Fn(u8) -> bool) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = position(text, &is_separator) else {
            rest = None;
            return Some(text);
        };
        rest = text.get(end + 1..);
        text.get(..end)
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
    let end = match is_address(name, inside) {
        true => inside
            .len()
            .checked_sub(1)
            .filter(|_| inside.ends_with(')') && next(text) == Some((Token::Address, "")))?,
        false => position(inside, |byte| byte == b')')?,
    };
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    (is_name && end + 1 == inside.len()).then(|| (name, inside.get(..end).unwrap_or_default()))
}
