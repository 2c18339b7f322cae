//! Lossless frames of WebP (VP8L, RFC 9649), decoded row by row.

mod bits;
mod cache;
mod damage;
mod distance;
mod groups;
mod kind;
mod pixels;
mod predictors;
mod prefix;
mod tiles;
mod transforms;

use bits::Bits;
pub(super) use damage::Damage;
use groups::Groups;
use transforms::Transforms;

/// The first byte of a frame, and the length of its head: the sides, whether there is alpha, a version.
const SIGNATURE: u8 = 0x2f;
const HEAD: usize = 5;

/// Bytes that prefix codes may take: whatever the frame is like, for each of its pixels, and for each of its bytes.
/// libwebp writes at most 2,600 groups of codes, each for hundreds of pixels.
const CODES: [u64; 3] = [1 << 20, 8, 2];
const MOST_CODES: u64 = 32 << 20;

/// Width and height of a frame, if its head is there.
pub(super) fn size(frame: &[u8]) -> Option<(u32, u32)> {
    let bytes = frame.strip_prefix(&[SIGNATURE])?.first_chunk()?;
    let sides = u32::from_le_bytes(*bytes);
    Some(((sides & 0x3fff) + 1, (sides >> 14 & 0x3fff) + 1))
}

/// Decodes a frame and passes on each row before `bottom`, with components in the order alpha, red, green, blue
/// from the highest bits on. The rows below are only read, to notice damage. Returns how many bytes are left.
pub(super) fn decode(
    frame: &[u8],
    bottom: usize,
    mut store: impl FnMut(usize, &[u32]),
) -> Result<usize, Damage> {
    let (width, height) = size(frame).ok_or(Damage::Contents("no signature"))?;
    if frame.get(HEAD - 1).is_some_and(|byte| byte >> 5 != 0) {
        return Err(Damage::Contents("an unknown version"));
    }
    let size = (width as usize, height as usize);
    let mut bits = Bits::new(frame.get(HEAD..).unwrap_or_default());
    let most = codes((size.0 * size.1) as u64, frame.len() as u64) as usize;
    let mut transforms = Transforms::read(&mut bits, size, most)?;
    let stored = (transforms.width, size.1);
    let groups = Groups::read(&mut bits, most, |bits| match bits.flag() {
        true => pixels::read_tiles(bits, stored, most, |pixel| (pixel >> 8) as u16).map(Some),
        false => Ok(None),
    })?;
    let mut row = Vec::with_capacity(size.0);
    let mut y = 0;
    pixels::decode(&mut bits, &groups, stored, |pixels| {
        if y >= bottom {
            return;
        }
        row.clear();
        row.extend_from_slice(pixels);
        transforms.undo(y, &mut row);
        store(y, &row);
        y += 1;
    })?;
    Ok(bits.rest())
}

/// Most bytes that prefix codes take.
fn codes(pixels: u64, length: u64) -> u64 {
    let [any, by_pixel, by_byte] = CODES;
    (any + by_pixel * pixels)
        .min(8 * any + by_byte * length)
        .min(MOST_CODES)
}

/// Most bytes that [`decode`] takes for so many pixels of a frame of this length. The values of the smallest tiles, of 16
/// pixels each, take a quarter byte a pixel as colours, less as modes and groups, and four times as much while they are
/// read.
pub(super) fn memory(pixels: u64, length: u64) -> u64 {
    codes(pixels, length) + pixels::memory(pixels) + pixels + pixels / 4
}
