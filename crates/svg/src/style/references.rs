//! Links to elements of the drawing: what a link in CSS or in an attribute names, as browsers read it, and ids in a
//! form that the renderer reads in both.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::escapes::unescaped;
use super::syntax::function;
use super::variables::{unquote, url};

/// What `url(…)` contains, with its escapes resolved; `None` if it is written wrongly, which makes the value invalid.
pub(crate) fn target(text: &str) -> Option<Cow<'_, str>> {
    let (_, inside) = function(text)?;
    let inside = inside.trim();
    let target = url(text)?;
    let is_quoted = unquote(inside).len() < inside.len();
    if !is_quoted && !is_one_word(target) {
        return None;
    }
    Some(unescaped(target))
}

/// Whether there is nothing that must be escaped outside quotes (CSS Syntax 3, section 4.3.6).
fn is_one_word(text: &str) -> bool {
    let (mut is_escaped, mut hex) = (false, 0);
    text.chars().all(|c| {
        // White space ends an escape of digits, and belongs to it.
        let ends_escape = hex > 0 && c.is_ascii_whitespace();
        hex = match (is_escaped, hex) {
            (true, _) if c.is_ascii_hexdigit() => 1,
            (false, 1..6) if c.is_ascii_hexdigit() => hex + 1,
            _ => 0,
        };
        let is_plain = !c.is_ascii_whitespace() && !matches!(c, '"' | '\'' | '(');
        let fits = is_plain || is_escaped || ends_escape;
        is_escaped = c == '\\' && !is_escaped;
        fits
    })
}

/// The id of the element that a link leads to; `None` if it leads out of the drawing or nowhere.
pub(crate) fn fragment(link: &str) -> Option<Cow<'_, str>> {
    // Browsers take these out of every address.
    let is_blank = |c: char| c <= ' ';
    let is_gap = |c: char| matches!(c, '\t' | '\n' | '\r');
    if link.contains(is_gap) {
        let whole = link.replace(is_gap, "");
        return fragment(&whole).map(|id| Cow::Owned(id.into_owned()));
    }
    let id = link
        .trim_start_matches(is_blank)
        .strip_prefix('#')?
        .trim_end();
    if id.is_empty() || !id.contains('%') {
        return (!id.is_empty()).then_some(Cow::Borrowed(id));
    }
    let mut decoded = Vec::with_capacity(id.len());
    let mut rest = id.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.first_chunk::<2>().filter(|_| first == b'%');
        let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
        let byte = digits.and_then(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
        decoded.push(byte.unwrap_or(first));
        rest = match byte {
            Some(_) => after.get(2..).unwrap_or_default(),
            None => after,
        };
    }
    Some(Cow::Owned(String::from_utf8_lossy(&decoded).into_owned()))
}

/// The id as it is written for the renderer, which reads neither escapes nor every character in a link.
pub(crate) fn safe(id: &str) -> Cow<'_, str> {
    if is_safe(id) {
        return Cow::Borrowed(id);
    }
    let mut name = String::from("odd-id-");
    for byte in id.bytes() {
        // Writing to a text cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    Cow::Owned(name)
}

/// Whether the renderer reads this id in every link.
pub(crate) fn is_safe(id: &str) -> bool {
    let is_odd = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '(' | ')' | '\\' | '%')
    };
    !id.contains(is_odd)
}
