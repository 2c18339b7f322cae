//! A check of the sizes in a WebP that must agree, which the libraries make only after they have decoded
//! the frame; and whether it has one lossy picture.

use crate::{Error, Format, PictureError};

type Size = (u32, u32);

/// Refuses a lossy frame whose size is not the one in the container.
pub(super) fn check(bytes: &[u8]) -> Result<(), Error> {
    let mut canvas = None;
    for (name, content) in chunks(bytes.get(12..)) {
        match name {
            b"VP8X" => canvas = stated(content.get(4..)),
            b"VP8 " => agree(canvas, coded(content))?,
            b"ANMF" => {
                let lossy = chunks(content.get(16..)).find(|(name, _)| *name == b"VP8 ");
                let frame = lossy.and_then(|(_, frame)| coded(frame));
                return agree(stated(content.get(6..)), frame); // the first is the one that is used
            }
            _ => {}
        }
    }
    Ok(())
}

/// Name and content of each chunk; a chunk that is cut short has what is there of its content.
pub(super) fn chunks(rest: Option<&[u8]>) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut rest = rest.unwrap_or_default();
    std::iter::from_fn(move || {
        let (name, after) = rest.split_first_chunk::<4>()?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        let (content, after) = after.split_at_checked(length).unwrap_or((after, &[]));
        rest = after.get(length % 2..).unwrap_or_default();
        Some((name, content))
    })
}

/// Reads width and height, stored less one in 24 bits each.
fn stated(bytes: Option<&[u8]>) -> Option<Size> {
    let &[a, b, c, d, e, f] = bytes?.first_chunk()?;
    let side = |bytes| u32::from_le_bytes(bytes) + 1;
    Some((side([a, b, c, 0]), side([d, e, f, 0])))
}

/// Reads width and height after the tag and the start code of a key frame (RFC 6386, 9.1), in 14
/// bits each.
fn coded(frame: &[u8]) -> Option<Size> {
    let &[a, b, c, d] = frame.get(6..)?.first_chunk()?;
    let side = |bytes| u32::from(u16::from_le_bytes(bytes) & 0x3fff);
    Some((side([a, b]), side([c, d])))
}

fn agree(stated: Option<Size>, coded: Option<Size>) -> Result<(), Error> {
    match (stated, coded) {
        (Some(stated), Some(coded)) if stated != coded => {
            let detail = format!(
                "a frame of {} x {} pixels where it says {} x {}",
                coded.0, coded.1, stated.0, stated.1
            );
            let format = Format::WebP;
            Err(PictureError::Malformed { format, detail }.into())
        }
        _ => Ok(()),
    }
}

/// Where the flags of an extended file are, and the one that declares alpha (WebP container, section "Extended File
/// Format").
pub(super) const FLAGS: u64 = 20;
pub(super) const ALPHA: u8 = 0x10;

/// Whether an animation declares no alpha, but its first frame leaves some of the canvas free, which browsers show
/// as transparent. The library would make it black.
pub(super) fn leaves_canvas_free(bytes: &[u8]) -> bool {
    let mut canvas = None;
    for (name, content) in chunks(bytes.get(12..)) {
        match name {
            b"VP8X" => {
                let is_it = content
                    .first()
                    .is_some_and(|flags| flags & ALPHA_OR_ANIMATION == ANIMATION);
                canvas = stated(content.get(4..)).filter(|_| is_it);
            }
            b"ANMF" => {
                let is_at_start = content.get(..6).is_some_and(|place| place == [0; 6]);
                let is_whole = is_at_start && stated(content.get(6..)) == canvas;
                return canvas.is_some() && !is_whole;
            }
            _ => {}
        }
    }
    false
}

/// Whether an extended file with this head is an animation.
pub(super) fn is_animated(head: &[u8]) -> bool {
    head.first().is_some_and(|flags| flags & ANIMATION != 0)
}

/// Flags of an extended file: transparency and animation.
const ALPHA_OR_ANIMATION: u8 = 0x12;
const ANIMATION: u8 = 0x02;

/// Whether the file has one lossy picture without transparency.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    let mut is_lossy = false;
    for (name, content) in chunks(bytes.get(12..)) {
        match name {
            b"VP8X"
                // Some writers declare transparency that is not there: an ALPH part decides.
                if content
                    .first()
                    .is_none_or(|flags| flags & ANIMATION != 0) =>
            {
                return false;
            }
            b"ALPH" | b"ANIM" | b"ANMF" | b"VP8L" => return false,
            b"VP8 " => is_lossy = true,
            _ => {}
        }
    }
    is_lossy
}
