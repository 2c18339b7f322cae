//! Counts the frames that an animation declares, without decoding any.

use super::bytes::{u16_le, u32_be};
use crate::Format;
use crate::codec::chunks;

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

/// `num_frames` of the `acTL` chunk, which comes before the first `IDAT`. A number that the
/// specification does not allow (PNG, section 4.3) is ignored. The default image, which is what is
/// shown, counts as well if no `fcTL` says that it is the first frame: then browsers show others.
fn apng(bytes: &[u8]) -> Option<u32> {
    let head = || chunks::png(bytes).take_while(|(name, _)| *name != b"IDAT");
    let (_, control) = head().find(|(name, _)| *name == b"acTL")?;
    let frames = u32_be(control, 0)?;
    let is_apart = !head().any(|(name, _)| name == b"fcTL");
    (frames <= i32::MAX as u32).then_some(frames + u32::from(is_apart))
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

/// Right and lower edge of the first frame of a GIF on its logical screen.
pub(crate) fn gif_extent(bytes: &[u8]) -> Option<[u16; 2]> {
    let [left, top, width, height] = gif_frame(bytes)?;
    Some([left.saturating_add(width), top.saturating_add(height)])
}

/// Left and upper edge, width and height of the first frame of a GIF on its logical screen.
pub(crate) fn gif_frame(bytes: &[u8]) -> Option<[u16; 4]> {
    let mut rest = after_color_table(bytes.get(6..)?, 4, 7)?;
    while let Some(0x21) = rest.first() {
        rest = after_sub_blocks(rest.get(2..)?)?;
    }
    let descriptor = rest.strip_prefix(b",")?.first_chunk::<8>()?;
    Some([0, 2, 4, 6].map(|at| u16_le(descriptor, at).unwrap_or(0)))
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
    let frames = chunks::riff(bytes).filter(|(name, _)| *name == b"ANMF");
    u32::try_from(frames.count()).ok()
}
