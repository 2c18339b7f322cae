//! Lossy WebP as luma and chroma, without a whole picture of red, green and blue.

use std::io::Cursor;

use rusty_webp::{DecodingError, WebPDecoder};

use super::container::chunks;
use crate::codec::contract::{Footprint, ends_inside};
use crate::codec::vp8::{self, Damage};
use crate::pixels::raster::{Raster, Samples};
use crate::pixels::ycbcr::{Matrix, Plane, Ycbcr, hides_filters, needed, resized};
use crate::{Error, Format, PictureError, Plan, Rect};

type Size = (u32, u32);

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

/// The part of the planes that is needed, and what the decoder needs besides: rows, or planes that are
/// padded to blocks of 16 pixels and rows of the filters.
fn of_planes((width, height): (u32, u32), plan: &Plan) -> Footprint {
    let blocks = |side: u32| u64::from(side).next_multiple_of(16);
    let part = needed(plan, Rect::of_size((width, height)), (width, height), false);
    let (columns, rows) = resized(plan, false);
    let raster = 3 * u64::from(columns) * u64::from(rows);
    let between = u64::from(columns) * u64::from(part.height);
    let kept = u64::from(part.width) * u64::from(part.height) * 3 / 2;
    let decoder = match hides_filters(plan) {
        true => 16 * blocks(width),
        false => blocks(width) * blocks(height) * 3 / 2 + 256 * blocks(width),
    };
    Footprint {
        decoding: kept + decoder.max(2 * raster + between),
        decoded: raster,
        pixel: 3,
        size: [columns.into(), rows.into()],
    }
}

/// Decodes the picture, cropped as planned; `None` if the decoder finds another kind of picture.
pub(super) fn lossy(bytes: &[u8], size: Size, plan: &Plan) -> Result<Option<Raster>, Error> {
    let luma = needed(plan, Rect::of_size(size), size, false);
    let chroma = Rect {
        x: luma.x / 2,
        y: luma.y / 2,
        width: luma.width.div_ceil(2),
        height: luma.height.div_ceil(2),
    };
    let planes = match hides_filters(plan) {
        true => Some(unfiltered(bytes, [luma, chroma])?),
        false => filtered(bytes, size, [luma, chroma])?,
    };
    let Some([luma, cb, cr]) = planes else {
        return Ok(None);
    };
    let small = (size.0.div_ceil(2), size.1.div_ceil(2));
    let matrix = Matrix::new(6, false).ok_or_else(|| malformed("no equations".into()))?;
    let picture = Ycbcr {
        luma: luma.plane(size),
        chroma: Some([cb.plane(small), cr.plane(small)]),
        alpha: None,
        is_premultiplied: false,
        depth: 8,
        alpha_depth: 8,
        matrix,
        window: Rect::of_size(size),
    };
    picture.into_raster(plan).map(Some)
}

/// Decodes the parts of luma and chroma that are needed, without filtering the edges of blocks.
fn unfiltered(bytes: &[u8], [rect, halved]: [Rect; 2]) -> Result<[Part; 3], Error> {
    let mut all = chunks(bytes.get(12..));
    let frame = all.find_map(|(name, content)| (name == b"VP8 ").then_some(content));
    let mut luma = Part::new(rect);
    let mut chroma = [Part::new(halved), Part::new(halved)];
    let frame = frame.unwrap_or_default();
    let decoded = vp8::decode(frame, rect.y + rect.height, |(column, row), block| {
        luma.put::<16>((column, row), |row| block.luma(row));
        for (number, part) in chroma.iter_mut().enumerate() {
            part.put::<8>((column, row), |row| block.chroma(number, row));
        }
    });
    decoded.map_err(|damage| match damage {
        Damage::Ends => ends_inside(Format::WebP),
        Damage::Contents(found) => malformed(found.into()),
    })?;
    let [cb, cr] = chroma;
    Ok([luma, cb, cr])
}

/// Decodes the whole picture with its filters and keeps the parts that are needed.
fn filtered(
    bytes: &[u8],
    size: Size,
    [rect, halved]: [Rect; 2],
) -> Result<Option<[Part; 3]>, Error> {
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(refuse)?;
    let Some(frame) = decoder.read_yuv420().map_err(refuse)? else {
        return Ok(None);
    };
    let luma = Part::of(&frame.y, frame.y_stride, rect);
    drop(frame.y);
    let cb = Part::of(&frame.u, frame.uv_stride, halved);
    let cr = Part::of(&frame.v, frame.uv_stride, halved);
    match (luma, cb, cr) {
        (Some(luma), Some(cb), Some(cr)) if (frame.width, frame.height) == size => {
            Ok(Some([luma, cb, cr]))
        }
        _ => {
            let detail = "the frame has fewer samples than its size needs";
            Err(malformed(detail.into()))
        }
    }
}

/// The part of a plane that is needed, filled block by block.
struct Part {
    rect: Rect,
    samples: Vec<u8>,
}

impl Part {
    fn new(rect: Rect) -> Self {
        let samples = vec![0; rect.width as usize * rect.height as usize];
        Self { rect, samples }
    }

    /// Copies the part out of a plane whose rows are padded.
    fn of(samples: &[u8], stride: usize, rect: Rect) -> Option<Self> {
        let (x, width) = (rect.x as usize, rect.width as usize);
        let rows = samples.chunks(stride.max(1)).skip(rect.y as usize);
        let mut kept = Vec::with_capacity(width * rect.height as usize);
        for row in rows.take(rect.height as usize) {
            kept.extend_from_slice(row.get(x..)?.get(..width)?);
        }
        let samples = kept;
        Some(Self { rect, samples })
    }

    /// Copies what is needed of a block of `SIDE` x `SIDE` samples in this column and row of blocks.
    fn put<'b, const SIDE: usize>(
        &mut self,
        (column, row): (usize, usize),
        block: impl Fn(usize) -> &'b [u8],
    ) {
        let (x, from_x, width) = overlap::<SIDE>(self.rect.x, self.rect.width, column);
        let (y, from_y, height) = overlap::<SIDE>(self.rect.y, self.rect.height, row);
        if width == 0 {
            return;
        }
        let rows = self.samples.chunks_exact_mut(self.rect.width as usize);
        for (number, target) in rows.skip(y).take(height).enumerate() {
            let samples = &block(from_y + number)[from_x..];
            if let Some(target) = target.get_mut(x..x + width) {
                target.copy_from_slice(&samples[..width]);
            }
        }
    }

    fn plane(self, whole: Size) -> Plane {
        Plane {
            width: self.rect.width,
            height: self.rect.height,
            origin: (self.rect.x, self.rect.y),
            whole,
            samples: Samples::U8(self.samples),
        }
    }
}

/// Where a block overlaps a part along one side: the first sample in the part, the first in the block,
/// and how many.
fn overlap<const SIDE: usize>(start: u32, length: u32, block: usize) -> (usize, usize, usize) {
    let (start, length) = (start as usize, length as usize);
    let first = (SIDE * block).max(start);
    let end = (SIDE * (block + 1)).min(start + length);
    (
        first - start,
        first - SIDE * block,
        end.saturating_sub(first),
    )
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
