//! Lossy WebP as luma and chroma, without a whole picture of red, green and blue; and a check of the
//! sizes in a WebP that must agree, which the libraries make only after they have decoded the frame.

use std::io::Cursor;

use rusty_webp::{DecodingError, WebPDecoder};

use crate::codec::contract::{Footprint, ends_inside};
use crate::pixels::raster::{Raster, Samples};
use crate::pixels::ycbcr::{Matrix, Plane, Ycbcr, needed, resized};
use crate::{Error, Format, PictureError, Plan, Rect};

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

/// Flags of an extended file: transparency and animation.
const ALPHA_OR_ANIMATION: u8 = 0x12;

/// Whether the file has one lossy picture without transparency.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    let mut is_lossy = false;
    for (name, content) in chunks(bytes.get(12..)) {
        match name {
            b"VP8X"
                if content
                    .first()
                    .is_none_or(|flags| flags & ALPHA_OR_ANIMATION != 0) =>
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

/// Whether chroma is made smaller, too, so that [`lossy`] serves. Where chroma is enlarged, the filter
/// would leave coloured fringes beside letters, which browsers do not show.
pub(super) fn is_reduced(plan: &Plan) -> bool {
    let crop = plan.crop();
    let (columns, rows) = resized(plan, false);
    crop.width >= columns.saturating_mul(2) && crop.height >= rows.saturating_mul(2)
}

/// Memory for a picture of this size: that of [`lossy`] where it serves, else that of the whole
/// picture with the planes that the library keeps besides.
pub(super) fn footprint(size: (u32, u32), plan: &Plan) -> Footprint {
    if is_reduced(plan) {
        return of_planes(size, plan);
    }
    let pixels = u64::from(size.0) * u64::from(size.1);
    let crop = plan.crop();
    Footprint {
        decoding: 8 * pixels,
        decoded: 3 * pixels,
        pixel: 3,
        size: [crop.width.into(), crop.height.into()],
    }
}

/// The decoder's planes, padded to blocks of 16 pixels, and the part of them that is needed.
fn of_planes((width, height): (u32, u32), plan: &Plan) -> Footprint {
    let blocks = |side: u32| u64::from(side).next_multiple_of(16);
    let part = needed(plan, Rect::of_size((width, height)), (width, height), false);
    let (columns, rows) = resized(plan, false);
    let raster = 3 * u64::from(columns) * u64::from(rows);
    let between = u64::from(columns) * u64::from(part.height);
    let kept = u64::from(part.width) * u64::from(part.height) * 3 / 2;
    // Rows of the filters and of the prediction.
    let decoder = blocks(width) * blocks(height) * 3 / 2 + 256 * blocks(width);
    Footprint {
        decoding: kept + decoder.max(2 * raster + between),
        decoded: raster,
        pixel: 3,
        size: [columns.into(), rows.into()],
    }
}

/// Decodes the picture, cropped as planned; `None` if the decoder finds another kind of picture.
pub(super) fn lossy(bytes: &[u8], plan: &Plan) -> Result<Option<Raster>, Error> {
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(refuse)?;
    let Some(frame) = decoder.read_yuv420().map_err(refuse)? else {
        return Ok(None);
    };
    let size = (frame.width, frame.height);
    let small = (size.0.div_ceil(2), size.1.div_ceil(2));
    let rect = needed(plan, Rect::of_size(size), size, false);
    let halved = Rect {
        x: rect.x / 2,
        y: rect.y / 2,
        width: rect.width.div_ceil(2),
        height: rect.height.div_ceil(2),
    };
    let luma = part(&frame.y, frame.y_stride, size, rect);
    drop(frame.y);
    let cb = part(&frame.u, frame.uv_stride, small, halved);
    let cr = part(&frame.v, frame.uv_stride, small, halved);
    let (Some(luma), Some(cb), Some(cr), Some(matrix)) = (luma, cb, cr, Matrix::new(6, false))
    else {
        return Err(malformed(
            "the frame has fewer samples than its size needs".into(),
        ));
    };
    let picture = Ycbcr {
        luma,
        chroma: Some([cb, cr]),
        alpha: None,
        is_premultiplied: false,
        depth: 8,
        alpha_depth: 8,
        matrix,
        window: Rect::of_size(size),
    };
    picture.into_raster(plan).map(Some)
}

/// Copies a part of a plane whose rows are padded.
fn part(samples: &[u8], stride: usize, whole: Size, rect: Rect) -> Option<Plane> {
    let (x, width) = (rect.x as usize, rect.width as usize);
    let rows = samples.chunks(stride.max(1)).skip(rect.y as usize);
    let mut kept = Vec::with_capacity(width * rect.height as usize);
    for row in rows.take(rect.height as usize) {
        kept.extend_from_slice(row.get(x..)?.get(..width)?);
    }
    Some(Plane {
        width: rect.width,
        height: rect.height,
        origin: (rect.x, rect.y),
        whole,
        samples: Samples::U8(kept),
    })
}

fn malformed(detail: String) -> Error {
    let format = Format::WebP;
    PictureError::Malformed { format, detail }.into()
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn refuse(error: DecodingError) -> Error {
    match error {
        DecodingError::IoError(cause) if cause.kind() == std::io::ErrorKind::UnexpectedEof => {
            ends_inside(Format::WebP)
        }
        other => malformed(other.to_string()),
    }
}
