//! XPM and XBM, which are C source: what counts is brought into the one spelling that the library
//! takes, since programs declare, space and comment it in many ways.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image_extras::{xbm::XbmDecoder, xpm::XpmDecoder};

use super::{Decode, Opened, library::opened};
use crate::{Error, Format, Limits, PictureError};

/// Reads the header.
pub(super) fn xpm<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let decoder = XpmDecoder::new(Cursor::new(plain_xpm(bytes)));
    let Opened { header, decode } = opened(Format::Xpm, decoder, bytes, limits)?;
    // The library has a fault: it panics over a colour whose unknown name has a space in it.
    let decode: Decode<'a> = Box::new(move |plan, scratch| {
        catch_unwind(AssertUnwindSafe(|| decode(plan, scratch))).unwrap_or_else(|_| {
            let detail = "a colour has no known name".into();
            let format = Format::Xpm;
            Err(PictureError::Malformed { format, detail }.into())
        })
    });
    Ok(Opened { header, decode })
}

/// Reads the header.
pub(super) fn xbm<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let text = plain_xbm(bytes).unwrap_or_else(|| bytes.to_vec());
    opened(
        Format::Xbm,
        XbmDecoder::new(Cursor::new(text)),
        bytes,
        limits,
    )
}

/// An array of the strings, however it was declared.
fn plain_xpm(bytes: &[u8]) -> Vec<u8> {
    let mut plain = b"/* XPM */\nstatic char *picture[] = {".to_vec();
    let mut before = "\n";
    let source = without_comments(bytes);
    let array = source.iter().position(|byte| *byte == b'{');
    let array = array.and_then(|at| source.get(at..)).unwrap_or_default();
    // Nothing but strings has quotes in it.
    let mut parts = array.split(|byte| *byte == b'"').skip(1);
    while let Some(string) = parts.next() {
        plain.extend(before.bytes());
        plain.push(b'"');
        plain.extend(string);
        before = ",\n";
        // One that has no end is damaged, and shall stay so.
        let Some(after) = parts.next() else {
            return plain;
        };
        plain.push(b'"');
        if after.contains(&b'}') {
            plain.extend(b"\n};\n");
            break;
        }
    }
    plain
}

/// Both sides and the bytes of all rows.
fn plain_xbm(bytes: &[u8]) -> Option<Vec<u8>> {
    let source = without_comments(bytes);
    let (width, height) = (defined(&source, b"width")?, defined(&source, b"height")?);
    let start = source.iter().position(|byte| *byte == b'{')?;
    let (declared, array) = source.split_at_checked(start)?;
    // Names are words of their own and may hold it.
    let mut words = declared.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    let is_wide = words.any(|word| word == b"short");
    let array = array.split(|byte| *byte == b'}').next()?;
    let words = array.split(|byte| !byte.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty()).map_while(number);
    let row = usize::try_from(width.div_ceil(8)).ok()?;
    let mut plain =
        format!("#define p_width {width}\n#define p_height {height}\nstatic char p_bits[] = {{ ");
    let mut before = "";
    for byte in bytes_of(words, row, is_wide).take(row.saturating_mul(height as usize)) {
        plain.push_str(&format!("{before}0x{byte:02x}"));
        before = ", ";
    }
    plain.push_str(" };\n");
    Some(plain.into_bytes())
}

/// Rows of X10 are words of 16 bits, those of X11 bytes; the low one is the left one.
fn bytes_of(
    words: impl Iterator<Item = u16>,
    row: usize,
    is_wide: bool,
) -> impl Iterator<Item = u8> {
    let padded = if is_wide {
        row.next_multiple_of(2)
    } else {
        row
    };
    let bytes = words.flat_map(move |word| {
        let [low, high] = word.to_le_bytes();
        [Some(low), is_wide.then_some(high)].into_iter().flatten()
    });
    let is_kept = move |at: usize| at.checked_rem(padded).is_some_and(|at| at < row);
    let bytes = bytes.enumerate().filter(move |(at, _)| is_kept(*at));
    bytes.map(|(_, byte)| byte)
}

/// A number as C writes it.
fn number(word: &[u8]) -> Option<u16> {
    let text = std::str::from_utf8(word).ok()?.to_ascii_lowercase();
    match text.strip_prefix("0x") {
        Some(digits) => u16::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// The number of the first name defined that ends so.
fn defined(source: &[u8], name: &[u8]) -> Option<u32> {
    let mut words = source
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if word == b"#define" && words.next()?.ends_with(name) {
            return std::str::from_utf8(words.next()?).ok()?.parse().ok();
        }
    }
    None
}

/// What is outside of comments; within strings there are none.
fn without_comments(bytes: &[u8]) -> Vec<u8> {
    let mut source = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    let mut is_quoted = false;
    while let Some((&byte, after)) = rest.split_first() {
        if !is_quoted && rest.starts_with(b"/*") {
            let end = rest.windows(2).skip(2).position(|pair| pair == b"*/");
            rest = end.and_then(|end| rest.get(end + 4..)).unwrap_or_default();
            continue;
        }
        is_quoted ^= byte == b'"';
        source.push(byte);
        rest = after;
    }
    source
}
