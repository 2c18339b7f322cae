//! What of a document is read before its merged picture: the same file without pixels, and with the start of
//! its layers only.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::fields::number;
use crate::pixels::in_order::Outline;

/// Bytes of the header.
const HEAD: u64 = 26;
/// Most bytes of a section that is kept: the palette, or the resources.
const MOST: u64 = 1 << 20;
/// Bytes that are kept of the layers, of which it has to be known whether the picture has alpha.
const LAYERS: u64 = 16;

/// Reads it from a file of this length; `None` if the file is too short or has too much besides pixels.
pub(in crate::codec) fn outline(file: &mut File, length: u64) -> io::Result<Option<Outline>> {
    let mut outline = Outline {
        bytes: Vec::new(),
        parts: Vec::new(),
    };
    outline.keep(file, 0..HEAD)?;
    let is_large = outline.bytes.get(4..6).map(number) == Some(2);
    let mut at = HEAD;
    for _ in 0..2 {
        let section = section(file, at, 4)?;
        if section > MOST || at + 4 + section > length {
            return Ok(None);
        }
        outline.keep(file, at..at + 4 + section)?;
        at += 4 + section;
    }
    let width = if is_large { 8 } else { 4 };
    let layers = section(file, at, width)?;
    at += width;
    let Some(end) = at.checked_add(layers).filter(|end| end + 2 <= length) else {
        return Ok(None);
    };
    let kept = layers.min(LAYERS);
    let stated = kept.to_be_bytes();
    outline.bytes.extend(stated.iter().skip(8 - width as usize));
    outline.keep(file, at..at + kept)?;
    outline.keep(file, end..end + 2)?;
    Ok(Some(outline))
}

/// The length of the section that begins with it.
fn section(file: &mut File, at: u64, width: u64) -> io::Result<u64> {
    let mut length = Vec::new();
    file.seek(SeekFrom::Start(at))?;
    file.take(width).read_to_end(&mut length)?;
    Ok(number(&length))
}
