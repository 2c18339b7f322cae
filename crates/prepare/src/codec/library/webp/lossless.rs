//! Lossless WebP that is one picture, reduced row by row as it is decoded.

use super::container::{chunks, is_animated};
use crate::codec::contract::{Decode, Detail, Footprint, Memory, Opened, ends_inside};
use crate::codec::damage::Damage as Missing;
use crate::codec::ends;
use crate::codec::vp8l::{self, Damage};
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::{Alpha, Layout, Samples};
use crate::pixels::reduce::{self, Reducer};
use crate::{Error, Format, Note, PictureError, Plan};

/// More bytes than this behind the pixels are not only padding.
const PADDING: usize = 2;

/// The lossless frame of a file that is no animation.
pub(super) fn frame(bytes: &[u8]) -> Option<&[u8]> {
    let mut all = chunks(bytes.get(12..));
    let found = all.find_map(|(name, content)| match name {
        b"VP8X" if is_animated(content) => Some(None),
        b"VP8 " => Some(None),
        b"VP8L" => Some(Some(content)),
        _ => None,
    });
    found.flatten()
}

/// Replaces how the picture is decoded, which the library would do as a whole.
pub(super) fn by_rows<'a>(opened: Opened<'a>, bytes: &[u8], frame: &'a [u8]) -> Opened<'a> {
    let header = opened.header;
    let layout = match header.decoded_bytes > 3 * header.pixels() {
        true => Layout::Rgba,
        false => Layout::Rgb,
    };
    let size = (header.width, header.height);
    let is_cut = ends::missing(Format::WebP, bytes).is_some();
    let decode: Decode<'a> = Box::new(move |plan, _| decode(frame, size, layout, plan, is_cut));
    let length = frame.len() as u64;
    let memory = Memory::Own(Box::new(move |plan| {
        footprint(size, layout.channels() as u64, length, plan)
    }));
    let detail = |plan: &Plan| Some(Detail::of_blocks(plan));
    let opened = Opened::new(header, decode).with_memory(memory);
    opened.with_detail(Box::new(detail)).that_mends_itself()
}

/// The reduced picture, what the decoder needs, and a few rows, also as sums of 32 bits.
fn footprint((width, height): (u32, u32), channels: u64, length: u64, plan: &Plan) -> Footprint {
    let crop = plan.crop();
    let factor = reduce::factor(plan);
    let size = [crop.width, crop.height].map(|side| u64::from(side.div_ceil(factor)));
    let decoded = size[0] * size[1] * channels;
    let pixels = u64::from(width) * u64::from(height);
    let rows = (4 * 3 + 6 * channels) * u64::from(width);
    Footprint {
        decoding: decoded + vp8l::memory(pixels, length) + rows,
        decoded,
        pixel: channels,
        size,
    }
}

fn decode(
    frame: &[u8],
    size: (u32, u32),
    layout: Layout,
    plan: &Plan,
    is_cut: bool,
) -> Result<Decoded, Error> {
    if vp8l::size(frame).is_some_and(|found| found != size) {
        return Err(malformed("a frame that is not as large as the picture"));
    }
    let mut reducer = Reducer::new(plan, layout, Alpha::Straight, Samples::U8(Vec::new()));
    let wanted = reducer.wanted();
    let columns = reducer.columns();
    let columns = columns.start as usize..columns.end as usize;
    let mut samples = vec![0; size.0 as usize * layout.channels()];
    let found = vp8l::decode(frame, wanted.end as usize, |y, row| {
        if wanted.contains(&(y as u32)) {
            unpack(row, columns.clone(), layout, &mut samples);
            reducer.push(&samples);
        } else {
            reducer.skip(1);
        }
    });
    let note = match found {
        Ok(rest) if rest > PADDING => Some(Note::Damaged { percent: 100 }),
        Ok(_) if is_cut => Some(Note::DamageElsewhere),
        Ok(_) => None,
        Err(Damage::Ends) if is_cut && plan.mends => {
            let note = Missing::FileEnds.accept(Format::WebP, reducer.share())?;
            reducer.fill::<u8>(size.0);
            Some(note)
        }
        Err(Damage::Codes) => return Err(too_many_codes()),
        Err(_) if is_cut => return Err(ends_inside(Format::WebP)),
        Err(Damage::Ends) => return Err(malformed("data that ends before its pixels do")),
        Err(Damage::Contents(found)) => return Err(malformed(found)),
    };
    let reduced = reducer.finish();
    let pixels = reduced.ok_or_else(|| malformed("pixels that do not match the header"))?;
    let pixels = Decoded::Reduced(pixels);
    Ok(match note {
        Some(note) => pixels.damaged(note),
        None => pixels,
    })
}

/// Writes some columns of a row as samples.
fn unpack(row: &[u32], columns: std::ops::Range<usize>, layout: Layout, samples: &mut [u8]) {
    let channels = layout.channels();
    let samples = samples.get_mut(columns.start * channels..columns.end * channels);
    let (samples, row) = (samples.unwrap_or_default(), row.get(columns));
    let row = row.unwrap_or_default().iter();
    match layout {
        Layout::Rgba => {
            for (sample, pixel) in samples.as_chunks_mut::<4>().0.iter_mut().zip(row) {
                *sample = pixel.rotate_left(8).to_be_bytes();
            }
        }
        _ => {
            for (sample, pixel) in samples.as_chunks_mut::<3>().0.iter_mut().zip(row) {
                let [_, red, green, blue] = pixel.to_be_bytes();
                *sample = [red, green, blue];
            }
        }
    }
}

fn too_many_codes() -> Error {
    let feature = "more prefix codes than its size explains".into();
    let format = Format::WebP;
    PictureError::Unsupported { format, feature }.into()
}

fn malformed(found: &str) -> Error {
    let (format, detail) = (Format::WebP, found.into());
    PictureError::Malformed { format, detail }.into()
}
