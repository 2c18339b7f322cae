//! What of an animation is not pixels: the same file with short frames, of which only what says what they are is kept.
//! Still pictures have none, because their pixels are all there is.

use std::io;

use super::container::is_animated;
use crate::pixels::in_order::not_in_order;
use crate::pixels::outline::Outline;

/// Most bytes that are kept before a chunk, and of one that is kept.
const MOST: u64 = 1 << 19;
/// Most chunks of a frame.
const MOST_PARTS: usize = 8;
/// Length of the start of the file; of the name and the length of a chunk; of what comes before the chunks of a frame;
/// and of the start of one of these.
const START: u64 = 12;
const HEAD: u64 = 8;
const FRAME: u64 = 16;
const PART: u64 = 16;
/// A chunk of the outline that says where the content of the first frame is in the file, and how long that is.
pub(super) const PLACE: &[u8; 4] = b"1st ";

/// Reads it; an error if the file is no sound animation, or has too much besides pixels.
pub(in crate::codec) fn outline(outline: &mut Outline) -> io::Result<()> {
    let (_, size) = chunk(outline, 0)?;
    outline.bytes.extend(b"RIFF\0\0\0\0WEBP");
    if size + HEAD != outline.length() {
        return Err(not_in_order());
    }
    let (mut at, mut first) = (START, None);
    while at < outline.length() {
        let (name, size) = chunk(outline, at)?;
        let content = at + HEAD;
        let end = content + size;
        match &name {
            _ if end > outline.length() || outline.bytes.len() as u64 > MOST => {
                return Err(not_in_order());
            }
            b"VP8X" if at == START && is_animated(&outline.read::<1>(content)?) => {
                outline.keep(at..end)?;
            }
            _ if at == START => return Err(not_in_order()),
            b"ANMF" if size < FRAME + HEAD => return Err(not_in_order()),
            b"ANMF" if first.is_none() => {
                keep_first(outline, content, end)?;
                first = Some((content, size));
            }
            b"ANMF" => {
                begin(outline, &name, FRAME + HEAD);
                outline.keep(content..content + FRAME + HEAD)?;
            }
            _ if size > MOST => return Err(not_in_order()),
            _ => outline.keep(at..end)?,
        }
        pad(outline);
        at = end + size % 2;
    }
    let (content, size) = first.ok_or_else(not_in_order)?;
    begin(outline, PLACE, 16);
    let place = [content, size].map(u64::to_le_bytes);
    outline.bytes.extend(place.concat());
    let length = outline.bytes.len() as u64 - HEAD;
    set_length(&mut outline.bytes, 0, length);
    // Lengths that are others in the outline are only compared.
    outline.compare(0..START)?;
    outline.compare(content - HEAD..content)
}

/// Name and length of the chunk that begins there.
fn chunk(outline: &Outline, at: u64) -> io::Result<([u8; 4], u64)> {
    let [a, b, c, d, length @ ..] = outline.read::<{ HEAD as usize }>(at)?;
    Ok(([a, b, c, d], u32::from_le_bytes(length).into()))
}

/// Adds the start of a chunk of another length.
fn begin(outline: &mut Outline, name: &[u8; 4], length: u64) {
    let length = (length as u32).to_le_bytes();
    outline.bytes.extend([*name, length].concat());
}

/// Ends a chunk.
fn pad(outline: &mut Outline) {
    let even = outline.bytes.len().next_multiple_of(2);
    outline.bytes.resize(even, 0);
}

/// Adds the first frame, whose content is there in the file.
fn keep_first(outline: &mut Outline, mut at: u64, end: u64) -> io::Result<()> {
    let start = outline.bytes.len();
    begin(outline, b"ANMF", 0);
    outline.keep(at..at + FRAME)?;
    at += FRAME;
    for _ in 0..MOST_PARTS {
        if at + HEAD > end {
            break;
        }
        let (name, size) = chunk(outline, at)?;
        let (content, kept) = (at + HEAD, size.min(PART));
        at = content + size + size % 2;
        if at > end + 1 {
            return Err(not_in_order());
        }
        begin(outline, &name, kept);
        outline.keep(content..content + kept)?;
        pad(outline);
    }
    let length = (outline.bytes.len() - start) as u64 - HEAD;
    set_length(&mut outline.bytes, start, length);
    match at + HEAD > end {
        true => Ok(()),
        false => Err(not_in_order()),
    }
}

/// Writes the length of a chunk that begins there.
pub(super) fn set_length(bytes: &mut [u8], at: usize, length: u64) {
    let field = bytes
        .get_mut(at + 4..)
        .and_then(|rest| rest.first_chunk_mut());
    if let Some(field) = field {
        *field = (length as u32).to_le_bytes();
    }
}
