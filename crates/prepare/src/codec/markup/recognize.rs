//! Recognises SVG: XML in any encoding, plain or in gzip, whose root element is `svg`.

use std::borrow::Cow;

use encoding_rs::{UTF_16BE, UTF_16LE};

use super::text;

/// The root element is searched in this many bytes, because comments and a document type before it
/// can have any length.
const LONGEST: usize = 16 << 20;
/// It is first searched in this many bytes, which is enough for most files.
const SHORT: usize = 4096;

/// Whether the first element is `svg`, with any prefix.
pub(in crate::codec) fn is_svg(bytes: &[u8]) -> bool {
    match root_is_svg(&narrow(&text::start(bytes, SHORT))) {
        Some(is_svg) => is_svg,
        None => root_is_svg(&narrow(&text::start(bytes, LONGEST))).unwrap_or(false),
    }
}

/// Whether more of the content is needed: it is markup so far, but its root has not started yet.
pub(in crate::codec) fn is_undecided(start: &[u8]) -> bool {
    root_is_svg(&narrow(&text::start(start, SHORT))).is_none()
}

/// The text with one byte per character, as far as it is ASCII.
fn narrow(bytes: &[u8]) -> Cow<'_, [u8]> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let every_other = |skipped: usize| bytes.iter().skip(skipped).step_by(2).copied().collect();
    let has_mark = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    match text::encoding(bytes) {
        Ok((encoding, _)) if encoding == UTF_16LE => {
            Cow::Owned(every_other(if has_mark { 2 } else { 0 }))
        }
        Ok((encoding, _)) if encoding == UTF_16BE => {
            Cow::Owned(every_other(if has_mark { 3 } else { 1 }))
        }
        _ => Cow::Borrowed(bytes),
    }
}

/// Whether the root element is `svg`; `None` if it does not begin in these bytes.
fn root_is_svg(start: &[u8]) -> Option<bool> {
    let mut text = start;
    loop {
        text = text.trim_ascii_start();
        text = match text {
            [b'<', b'?', rest @ ..] => after(rest, b"?>")?,
            [b'<', b'!', b'-', b'-', rest @ ..] => after(rest, b"-->")?,
            [b'<', b'!', rest @ ..] => after_doctype(rest)?,
            [b'<', name @ ..] => return is_named_svg(name),
            [] => return None,
            _ => return Some(false),
        };
    }
}

/// Whether an element is named `svg`, with any prefix; `None` if the name is cut off.
fn is_named_svg(text: &[u8]) -> Option<bool> {
    let end = text
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))?;
    let name = text.get(..end)?;
    Some(name.rsplit(|byte| *byte == b':').next() == Some(b"svg"))
}

fn after<'a>(text: &'a [u8], end: &[u8]) -> Option<&'a [u8]> {
    let at = text.windows(end.len()).position(|window| window == end)?;
    text.get(at + end.len()..)
}

/// The text after a document type, which ends at the first `>` outside of quotes, comments and
/// brackets.
fn after_doctype(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text;
    let mut is_in_bracket = false;
    loop {
        let (first, after_first) = rest.split_first()?;
        rest = match first {
            b'"' | b'\'' => after(after_first, &[*first])?,
            b'<' if after_first.starts_with(b"!--") => after(after_first, b"-->")?,
            b'[' => {
                is_in_bracket = true;
                after_first
            }
            b']' => {
                is_in_bracket = false;
                after_first
            }
            b'>' if !is_in_bracket => return Some(after_first),
            _ => after_first,
        };
    }
}
