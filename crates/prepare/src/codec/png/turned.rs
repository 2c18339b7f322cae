//! The orientation of a PNG: from its EXIF chunk, or from EXIF as hexadecimal text, which
//! ImageMagick wrote before that chunk existed. Photographs that it converted without turning them
//! upright are still common.

use super::profile::unpacked;
use crate::Orientation;
use crate::codec::{chunks, exif};

/// Keywords of the text chunk; Adobe's name of the JPEG segment is an older one.
const KEYWORDS: [&[u8]; 2] = [b"Raw profile type exif\0", b"Raw profile type APP1\0"];

/// Most texts with one of the keywords that are read: real files have one, or one for EXIF and one for XMP.
const MOST_TEXTS: usize = 4;
/// Most digits of a text that are read. EXIF is in a segment of a JPEG, so it has less than 64 kB.
const MOST_DIGITS: usize = 1 << 18;

/// The orientation that the file states. The chunk can come after the pixels, where the decoder has
/// not read yet.
pub(super) fn orientation(bytes: &[u8]) -> Orientation {
    let of_chunk = chunks::png(bytes).find(|(name, _)| *name == b"eXIf");
    let stated = match of_chunk {
        Some((_, block)) => exif::orientation(block),
        None => {
            let is_text = |name: &[u8; 4]| matches!(name, b"tEXt" | b"zTXt");
            let all = chunks::png(bytes).filter(|(name, _)| is_text(name));
            let all = all.filter(|(_, content)| keyword(content).is_some());
            let mut first = all.take(MOST_TEXTS);
            first.find_map(|(name, content)| of_text(name, content))
        }
    };
    stated.unwrap_or_default()
}

fn keyword(content: &[u8]) -> Option<&'static [u8]> {
    KEYWORDS.into_iter().find(|word| content.starts_with(word))
}

fn of_text(name: &[u8; 4], content: &[u8]) -> Option<Orientation> {
    let packed: Vec<u8>;
    let text = match name {
        b"tEXt" => content.get(keyword(content)?.len()..)?,
        b"zTXt" => {
            packed = unpacked(content)?;
            packed.as_slice()
        }
        _ => return None,
    };
    exif::orientation(&bytes_of(text)?)
}

/// The bytes of such a text: a line with a name, one with a number of bytes, then digits in lines.
fn bytes_of(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.trim_ascii_start();
    let name = text.iter().position(u8::is_ascii_whitespace)?;
    let text = text.get(name..)?.trim_ascii_start();
    let number = text.iter().position(u8::is_ascii_whitespace)?;
    let digits = text.get(number..)?.iter();
    let digits = digits.filter_map(|&digit| char::from(digit).to_digit(16));
    let digits: Vec<u8> = digits.take(MOST_DIGITS).map(|digit| digit as u8).collect();
    let (pairs, _) = digits.as_chunks::<2>();
    Some(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}
