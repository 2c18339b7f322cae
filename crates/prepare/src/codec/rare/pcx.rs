//! PCX: palettes and 24 bits through `image-extras`; four planes of 8 bits, the last one of which is
//! alpha, here. ImageMagick writes these.

use std::io::Cursor;

use image_extras::pcx::PCXDecoder;

use crate::codec::bytes::u16_le;
use crate::codec::contract::{Decode, Header, Opened, ends_inside};
use crate::codec::library::opened;
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::{Layout, Raster, Samples};
use crate::{Error, Format, Limits, PictureError};

const FORMAT: Format = Format::Pcx;
const CHANNELS: usize = 4;
/// Length of the header.
const HEAD: usize = 128;
/// Set in bytes that are a count.
const RUN: u8 = 0xc0;

/// Reads the header.
pub(in crate::codec) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    match (byte(65), byte(3)) {
        (3, 8) | (1, 1 | 2 | 4 | 8) | (2..=4, 1) => {
            opened(FORMAT, PCXDecoder::new(Cursor::new(bytes)), bytes, limits)
        }
        (4, 8) => with_alpha(bytes, limits),
        (planes, bits) => {
            let feature = format!("{planes} planes of {bits} bits");
            let format = FORMAT;
            Err(PictureError::Unsupported { format, feature }.into())
        }
    }
}

fn with_alpha<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let field = |at| u16_le(bytes, at).map(usize::from);
    let side = |first, last| Some(field(last)?.checked_sub(field(first)?)? + 1);
    let (Some(stride), Some(width), Some(height)) = (field(66), side(4, 8), side(6, 10)) else {
        return Err(malformed("its sides are negative"));
    };
    if stride < width {
        return Err(malformed("its rows are shorter than it is wide"));
    }
    let size = (width as u32, height as u32);
    limits.check_picture(size, 1, 0)?;
    let decoded_bytes = (stride * height * CHANNELS * 2) as u64;
    let header = Header::new(size, decoded_bytes, Color::Unspecified);
    let decode: Decode<'a> = Box::new(move |_, _| {
        pixels(bytes, size, stride)
            .map(|raster| Decoded::Raster(raster.without_void()))
            .ok_or_else(|| ends_inside(FORMAT))
    });
    Ok(Opened::new(header, decode))
}

/// The picture; `None` if the data ends early. A row is one line of each plane.
fn pixels(bytes: &[u8], size: (u32, u32), stride: usize) -> Option<Raster> {
    let data = bytes.get(HEAD..)?;
    let length = stride * CHANNELS * size.1 as usize;
    let rows = match bytes.get(2) {
        Some(1) => unpack(data, length)?,
        _ => data.get(..length)?.to_vec(),
    };
    let width = size.0 as usize;
    let mut samples = vec![0; width * size.1 as usize * CHANNELS];
    let made = samples.chunks_exact_mut(width * CHANNELS);
    for (row, lines) in made.zip(rows.chunks_exact(stride * CHANNELS)) {
        for (channel, line) in lines.chunks_exact(stride).enumerate() {
            let into = row.iter_mut().skip(channel).step_by(CHANNELS);
            into.zip(line).for_each(|(to, &from)| *to = from);
        }
    }
    Raster::new(size, Layout::Rgba, Samples::U8(samples))
}

/// Decompresses runs; `None` if the data ends early.
fn unpack(data: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut bytes = data.iter().copied();
    let mut samples = Vec::with_capacity(length.min(data.len().saturating_mul(32)));
    while samples.len() < length {
        let (count, value) = match bytes.next()? {
            code @ RUN.. => (usize::from(code & !RUN), bytes.next()?),
            value => (1, value),
        };
        samples.resize((samples.len() + count).min(length), value);
    }
    Some(samples)
}

fn malformed(detail: &str) -> Error {
    let (format, detail) = (FORMAT, detail.into());
    PictureError::Malformed { format, detail }.into()
}
