//! Turns the bytes of an SVG into text: unzips them, and decodes any encoding that XML allows.

use std::borrow::Cow;
use std::io::Read;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use flate2::read::GzDecoder;

use crate::{Error, Format, Limit, LimitExceeded, PictureError};

const FORMAT: Format = Format::Svg;
const GZIP: &[u8] = &[0x1f, 0x8b];
/// Longest text that is parsed, in bytes; its tree takes about ten times as much memory.
pub(in crate::codec) const LONGEST: u64 = 64 << 20;

/// The whole text.
pub(in crate::codec) fn read(bytes: &[u8]) -> Result<Cow<'_, str>, Error> {
    match unzip(bytes)? {
        Cow::Borrowed(bytes) => decode(bytes),
        Cow::Owned(bytes) => decode(&bytes).map(|text| Cow::Owned(text.into_owned())),
    }
}

/// At most this many bytes of the text, unzipped but not decoded; of damaged data as much as
/// possible.
pub(super) fn start(bytes: &[u8], length: usize) -> Cow<'_, [u8]> {
    if !bytes.starts_with(GZIP) {
        return Cow::Borrowed(bytes.get(..length).unwrap_or(bytes));
    }
    let mut start = Vec::new();
    // Data that is cut short returns an error after its last bytes, which are used.
    let _ = GzDecoder::new(bytes)
        .take(length as u64)
        .read_to_end(&mut start);
    Cow::Owned(start)
}

fn unzip(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    if !bytes.starts_with(GZIP) {
        check(bytes.len() as u64)?;
        return Ok(Cow::Borrowed(bytes));
    }
    let mut text = Vec::new();
    let unzipped = GzDecoder::new(bytes)
        .take(LONGEST + 1)
        .read_to_end(&mut text);
    unzipped.map_err(|error| malformed(format!("gzip: {error}")))?;
    check(text.len() as u64)?;
    Ok(Cow::Owned(text))
}

fn check(found: u64) -> Result<(), Error> {
    let (limit, allowed) = (Limit::WorkOf("length of its text in bytes"), LONGEST);
    if found > allowed {
        return Err(LimitExceeded {
            limit,
            found,
            allowed,
        }
        .into());
    }
    Ok(())
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Error> {
    let (encoding, is_declared) = encoding(bytes)?;
    let (text, had_errors) = encoding.decode_with_bom_removal(bytes);
    if had_errors && encoding == UTF_8 && !is_declared {
        let detail = "it is not UTF-8, and declares no other encoding".into();
        return Err(malformed(detail));
    }
    if had_errors {
        return Err(malformed(format!(
            "it is not in the encoding {}",
            encoding.name()
        )));
    }
    Ok(text)
}

/// The encoding, by the byte order mark, by the bytes of `<`, or by the XML declaration (XML 1.0,
/// appendix F).
pub(super) fn encoding(bytes: &[u8]) -> Result<(&'static Encoding, bool), Error> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Ok((encoding, true));
    }
    match bytes {
        [b'<', 0, ..] => return Ok((UTF_16LE, true)),
        [0, b'<', ..] => return Ok((UTF_16BE, true)),
        _ => {}
    }
    let Some(label) = declared(bytes) else {
        return Ok((UTF_8, false));
    };
    // If the declaration itself can be read in single bytes, the text is not UTF-16, whatever it
    // says.
    let encoding = Encoding::for_label(label).ok_or_else(|| {
        let name = String::from_utf8_lossy(label)
            .chars()
            .take(40)
            .collect::<String>();
        let feature = format!("the encoding {name}");
        PictureError::Unsupported {
            format: FORMAT,
            feature,
        }
    })?;
    let is_wide = encoding == UTF_16LE || encoding == UTF_16BE;
    Ok(if is_wide {
        (UTF_8, false)
    } else {
        (encoding, true)
    })
}

/// The quoted text after `encoding=` in the XML declaration.
fn declared(bytes: &[u8]) -> Option<&[u8]> {
    let start = bytes.trim_ascii_start().strip_prefix(b"<?xml")?;
    let end = start.windows(2).take(1024).position(|pair| pair == b"?>")?;
    let declaration = start.get(..end)?;
    let word = b"encoding";
    let at = declaration
        .windows(word.len())
        .position(|window| window == word)?;
    let value = declaration
        .get(at + word.len()..)?
        .trim_ascii_start()
        .strip_prefix(b"=")?
        .trim_ascii_start();
    let (quote, value) = value.split_first()?;
    let end = value.iter().position(|byte| byte == quote)?;
    value.get(..end)
}

pub(in crate::codec) fn malformed(detail: String) -> Error {
    PictureError::Malformed {
        format: FORMAT,
        detail,
    }
    .into()
}
