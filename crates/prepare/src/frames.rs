//! Counts the frames that an animation declares, without decoding any.

use crate::Format;

/// Frames in the file; 1 where the format has no animation or the count is unreadable.
pub(crate) fn count(format: Format, bytes: &[u8]) -> u32 {
    match format {
        Format::Png => apng(bytes),
        Format::Gif => gif(bytes),
        Format::WebP => webp(bytes),
        _ => None,
    }
    .unwrap_or(1)
    .max(1)
}

/// `num_frames` of the `acTL` chunk, which stands before the first `IDAT`.
fn apng(bytes: &[u8]) -> Option<u32> {
    let mut rest = bytes.get(8..)?;
    loop {
        let length = u32::from_be_bytes(*rest.first_chunk()?) as usize;
        match rest.get(4..8)? {
            b"acTL" => return Some(u32::from_be_bytes(*rest.get(8..)?.first_chunk()?)),
            b"IDAT" | b"IEND" => return None,
            _ => rest = rest.get(length.checked_add(12)?..)?,
        }
    }
}

/// Image descriptors of a GIF (GIF89a specification, section 20).
fn gif(bytes: &[u8]) -> Option<u32> {
    let mut rest = after_color_table(bytes.get(6..)?, 4, 7)?;
    let mut frames = 0u32;
    loop {
        match rest.first() {
            Some(0x2c) => {
                frames = frames.saturating_add(1);
                rest = after_color_table(rest.get(1..)?, 8, 9)?;
                rest = after_sub_blocks(rest.get(1..)?)?;
            }
            Some(0x21) => rest = after_sub_blocks(rest.get(2..)?)?,
            _ => return Some(frames),
        }
    }
}

/// Skips a descriptor of `length` bytes and the colour table that its flags (at `flags`) announce.
fn after_color_table(descriptor: &[u8], flags: usize, length: usize) -> Option<&[u8]> {
    let flags = *descriptor.get(flags)?;
    let table = if flags & 0x80 == 0 {
        0
    } else {
        3 << ((flags & 7) + 1)
    };
    descriptor.get(length + table..)
}

fn after_sub_blocks(mut blocks: &[u8]) -> Option<&[u8]> {
    loop {
        let (&length, rest) = blocks.split_first()?;
        if length == 0 {
            return Some(rest);
        }
        blocks = rest.get(usize::from(length)..)?;
    }
}

/// `ANMF` chunks of a RIFF container.
fn webp(bytes: &[u8]) -> Option<u32> {
    let mut rest = bytes.get(12..)?;
    let mut frames = 0u32;
    while let Some(name) = rest.get(..4) {
        frames = frames.saturating_add(u32::from(name == b"ANMF"));
        let length = u32::from_le_bytes(*rest.get(4..)?.first_chunk()?) as usize;
        rest = rest
            .get((length + length % 2).checked_add(8)?..)
            .unwrap_or_default();
    }
    Some(frames)
}
