//! What of a document is read before its merged picture: the same file without pixels, and with the start of
//! its layers only.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use super::fields::{number, resource};
use super::{Document, VERSION, in_order};
use crate::pixels::in_order::Outline;

/// Bytes of the header.
const HEAD: u64 = 26;
/// Most bytes of the palette and the resources that are kept.
const MOST: u64 = 1 << 20;
/// Bytes that are kept of the layers, of which it has to be known whether the picture has alpha.
const LAYERS: u64 = 16;
/// Most bytes that are held to look at the pixels.
const MOST_HELD: usize = 1 << 20;
/// Most pixels of a picture that is looked at, before its limits are known: the default of them.
const MOST_PIXELS: u64 = 1 << 28;

/// Reads it from a file of this length; `None` if the file is too short, has too much besides pixels, or may
/// have to be composed from its layers.
pub(in crate::codec) fn outline(file: &mut File, length: u64) -> io::Result<Option<Outline>> {
    let mut outline = Outline {
        bytes: Vec::new(),
        opened: 0,
        parts: Vec::new(),
    };
    outline.keep(file, 0..HEAD)?;
    let is_large = outline.bytes.get(4..6).map(number) == Some(2);
    let (mut at, mut room) = (HEAD, MOST);
    for _ in 0..2 {
        let section = section(file, at, 4)?;
        if section > room || at + 4 + section > length {
            return Ok(None);
        }
        outline.keep(file, at..at + 4 + section)?;
        at += 4 + section;
        room -= section;
    }
    let width = if is_large { 8 } else { 4 };
    let layers = section(file, at, width)?;
    let stated = at..at + width;
    at += width;
    let Some(end) = at.checked_add(layers).filter(|end| end + 2 <= length) else {
        return Ok(None);
    };
    let kept = layers.min(LAYERS);
    let shortened = kept.to_be_bytes();
    outline
        .bytes
        .extend(shortened.iter().skip(8 - width as usize));
    outline.keep(file, at..at + kept)?;
    outline.keep(file, end..end + 2)?;
    outline.opened = outline.bytes.len();
    // Decoding starts behind the layers, so their length must stay the same.
    outline.keep(file, stated)?;
    outline.parts.sort_by_key(|(part, _)| part.start);
    let is_shown = shows_its_pixels(&outline, file, end)?;
    Ok(is_shown.then_some(outline))
}

/// Whether the merged picture is what has to be shown, and not the layers, of which the outline has nothing.
/// Its section begins at `picture`.
fn shows_its_pixels(outline: &Outline, file: &mut File, picture: u64) -> io::Result<bool> {
    let bytes = outline.bytes.get(..outline.opened).unwrap_or_default();
    let Ok(document) = Document::read(bytes) else {
        return Ok(false);
    };
    let version = resource(document.resources, VERSION);
    let is_real = version.and_then(|version| version.get(4)) != Some(&0);
    let (width, height) = document.pixels.size;
    let is_light = in_order::of(document.pixels).is_some_and(|it| it.held <= MOST_HELD)
        && u64::from(width) * u64::from(height) <= MOST_PIXELS;
    if !is_real || !is_light {
        return Ok(false);
    }
    file.seek(SeekFrom::Start(picture))?;
    in_order::is_varied(&document.pixels, &mut BufReader::new(file))
}

/// The length of the section that begins with it.
fn section(file: &mut File, at: u64, width: u64) -> io::Result<u64> {
    let mut length = Vec::new();
    file.seek(SeekFrom::Start(at))?;
    file.take(width).read_to_end(&mut length)?;
    Ok(number(&length))
}
