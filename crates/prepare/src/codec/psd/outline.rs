//! What of a document is read before its merged picture: the same file without pixels, and with the start of
//! its layers only.

use std::io;

use super::fields::{number, resource};
use super::{Document, VERSION, in_order};
use crate::pixels::in_order::not_in_order;
use crate::pixels::outline::Outline;

/// Bytes of the header.
const HEAD: u64 = 26;
/// Bytes that are kept of the layers, of which it has to be known whether the picture has alpha.
const LAYERS: u64 = 16;
/// Most bytes that are held to look at the pixels.
const MOST_HELD: usize = 1 << 20;
/// Most pixels of a picture that is looked at, before its limits are known: the default of them.
const MOST_PIXELS: u64 = 1 << 28;

/// Reads it; an error if the file is too short, has too much besides pixels, or may have to be composed from its layers.
pub(in crate::codec) fn outline(outline: &mut Outline) -> io::Result<()> {
    outline.keep(0..HEAD)?;
    let is_large = outline.bytes.get(4..6).map(number) == Some(2);
    let mut at = HEAD;
    for _ in 0..2 {
        let section = number(&outline.read::<4>(at)?);
        outline.keep(at..at + 4 + section)?;
        at += 4 + section;
    }
    let stated = at..at + if is_large { 8 } else { 4 };
    let layers = match is_large {
        true => number(&outline.read::<8>(at)?),
        false => number(&outline.read::<4>(at)?),
    };
    let end = stated.end.checked_add(layers).ok_or_else(not_in_order)?;
    let kept = layers.min(LAYERS);
    let shortened = kept.to_be_bytes().into_iter();
    let width = (stated.end - stated.start) as usize;
    outline.bytes.extend(shortened.skip(8 - width));
    outline.keep(stated.end..stated.end + kept)?;
    outline.keep(end..end.saturating_add(2))?;
    // Decoding starts behind the layers, so their length must stay the same.
    outline.compare(stated)?;
    match shows_its_pixels(outline, end)? {
        true => Ok(()),
        false => Err(not_in_order()),
    }
}

/// Whether the merged picture is what has to be shown, and not the layers, of which the outline has nothing.
/// Its section begins at `picture`.
fn shows_its_pixels(outline: &Outline, picture: u64) -> io::Result<bool> {
    let Ok(document) = Document::read(outline.opened()) else {
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
    in_order::is_varied(&document.pixels, &mut outline.reader(picture)?)
}
