//! The tokens of CSS (CSS Syntax 3, section 4), as far as they decide where a value ends and whether it is one.

use super::escapes::{after_escape, after_word, is_of_word, unescaped};

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token {
    /// A name or a number with its unit.
    Word,
    /// A word after `#` or `@`.
    Marked,
    /// A string in quotes; the end of the text closes it.
    Text,
    /// `url(…)` without quotes.
    Address,
    /// A string that the end of a line cuts, or an address with characters that must be escaped. It spoils the value that
    /// it is in.
    Bad,
    Comment,
    /// `<!--` or `-->`, which hid style sheets from old browsers.
    Fence,
    Other(char),
}

/// The first token of a text, and what follows it.
pub(super) fn next(text: &str) -> Option<(Token, &str)> {
    let first = text.chars().next()?;
    let after = text.get(first.len_utf8()..).unwrap_or_default();
    let fence = match first {
        '<' => text.strip_prefix("<!--"),
        '-' => text.strip_prefix("-->"),
        _ => None,
    };
    if let Some(after) = fence {
        return Some((Token::Fence, after));
    }
    Some(match first {
        ' ' | ':' | ';' | ',' | '(' | ')' | '{' | '}' => (Token::Other(first), after),
        '"' | '\'' => string(first, after),
        '/' if after.starts_with('*') => {
            let end = after.get(1..).and_then(|inside| inside.split_once("*/"));
            (Token::Comment, end.map_or("", |(_, after)| after))
        }
        '#' | '@' if starts_word(after) => (Token::Marked, after_word(after)),
        _ if starts_word(text) => word(text),
        other => (Token::Other(other), after),
    })
}

/// Remembers what closes a bracket, and forgets it again once it is closed. Says whether this closes one that is not
/// open: such a one stands for itself.
pub(super) fn nest(open: &mut Vec<u8>, found: char) -> bool {
    match found {
        '(' => open.push(b')'),
        '[' => open.push(b']'),
        '{' => open.push(b'}'),
        ')' | ']' | '}' if open.last().copied().map(char::from) == Some(found) => {
            open.pop();
        }
        ')' | ']' | '}' => return true,
        _ => {}
    }
    false
}

/// Whether something in a text spoils the value that it is in.
pub(super) fn is_spoilt(text: &str) -> bool {
    if !text.contains(['"', '\'', '(']) {
        return false;
    }
    let mut rest = text;
    while let Some((token, after)) = next(rest) {
        if token == Token::Bad {
            return true;
        }
        rest = after;
    }
    false
}

/// Whether a custom property, or any other, can have this value: nothing in it is bad or closes a bracket that is not
/// open, and there is no `!` outside of brackets (CSS Syntax 3, section 8.2). Browsers ignore other declarations.
pub(super) fn is_whole(value: &str) -> bool {
    let (mut open, mut rest) = (Vec::new(), value);
    while let Some((token, after)) = next(rest) {
        let is_wrong = match token {
            Token::Bad => true,
            Token::Other('!') => open.is_empty(),
            Token::Other(found) => nest(&mut open, found),
            _ => false,
        };
        if is_wrong {
            return false;
        }
        rest = after;
    }
    true
}

fn is_newline(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{c}')
}

fn starts_word(text: &str) -> bool {
    let mut chars = text.chars();
    match chars.next() {
        // A backslash at the end of a line escapes nothing.
        Some('\\') => !chars.next().is_some_and(is_newline),
        first => first.is_some_and(is_of_word),
    }
}

fn word(text: &str) -> (Token, &str) {
    let after = after_word(text);
    let name = text.get(..text.len() - after.len()).unwrap_or_default();
    match after.strip_prefix('(') {
        Some(inside) if is_address(name, inside) => address(inside),
        _ => (Token::Word, after),
    }
}

/// Whether a name and what follows its bracket are an address without quotes.
pub(super) fn is_address(name: &str, inside: &str) -> bool {
    let is_quoted = inside.trim_ascii_start().starts_with(['"', '\'']);
    !is_quoted && unescaped(name).eq_ignore_ascii_case("url")
}

/// What follows the quote that a string begins with.
fn string(quote: char, inside: &str) -> (Token, &str) {
    let mut rest = inside;
    loop {
        let Some(at) = rest.find(|c| c == quote || c == '\\' || is_newline(c)) else {
            return (Token::Text, "");
        };
        let (_, found) = rest.split_at(at);
        let after = found.get(1..).unwrap_or_default();
        rest = match found.chars().next() {
            Some('\\') => after_escape(after),
            Some(end) if end == quote => return (Token::Text, after),
            _ => return (Token::Bad, found),
        };
    }
}

/// What follows the bracket of an address without quotes.
fn address(inside: &str) -> (Token, &str) {
    let (mut rest, mut kind) = (inside.trim_ascii_start(), Token::Address);
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        rest = match first {
            ')' => return (kind, after),
            '\\' if starts_word(rest) => after_escape(after),
            _ if first.is_ascii_whitespace() => {
                let next = after.trim_ascii_start();
                if !next.is_empty() && !next.starts_with(')') {
                    kind = Token::Bad;
                }
                next
            }
            '"' | '\'' | '(' | '\\' => {
                kind = Token::Bad;
                after
            }
            _ => {
                if first.is_ascii_control() {
                    kind = Token::Bad;
                }
                after
            }
        };
    }
    (kind, "")
}
