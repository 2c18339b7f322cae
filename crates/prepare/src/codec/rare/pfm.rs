//! Portable float maps: linear light, rows from the bottom up.

use crate::codec::contract::{Decode, Header, Opened, ends_inside};
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::linear_image::LinearImage;
use crate::pixels::raster::{Alpha, Layout};
use crate::{Error, Format, Limits, PictureError};

const FORMAT: Format = Format::Pfm;

/// Reads the three lines before the pixels.
pub(in crate::codec) fn open<'a>(bytes: &'a [u8], _: &Limits) -> Result<Opened<'a>, Error> {
    let (words, data) = words(bytes).ok_or_else(|| malformed("its header is incomplete"))?;
    let channels = if words[0] == "PF" { 3 } else { 1 };
    let side = |word: &str| {
        word.parse::<u32>()
            .map_err(|_| malformed("its size is not a number"))
    };
    let size = (side(words[1])?, side(words[2])?);
    let scale = words[3]
        .parse::<f64>()
        .ok()
        .filter(|scale| scale.is_finite() && *scale != 0.0)
        .ok_or_else(|| malformed("its scale is not a number other than zero"))?;
    let count = u64::from(size.0) * u64::from(size.1);
    let decode: Decode<'a> = Box::new(move |_, _| {
        let samples = samples(data, size, channels, scale).ok_or_else(|| ends_inside(FORMAT))?;
        let (layout, alpha, chromaticities) = (Layout::Rgb, Alpha::Straight, None);
        Ok(Decoded::Linear(LinearImage {
            size,
            layout,
            alpha,
            samples,
            chromaticities,
        }))
    });
    let header = Header::new(size, count.saturating_mul(12), Color::Unspecified);
    Ok(Opened::new(header, decode))
}

/// Signature, width, height and scale, and what follows.
fn words(bytes: &[u8]) -> Option<([&str; 4], &[u8])> {
    let mut rest = bytes;
    let mut next = || {
        rest = rest.trim_ascii_start();
        let end = rest.iter().position(u8::is_ascii_whitespace)?;
        let (word, after) = rest.split_at(end);
        rest = after.get(1..)?;
        std::str::from_utf8(word).ok()
    };
    let words = [next()?, next()?, next()?, next()?];
    Some((words, rest))
}

/// Light, with gray as three equal channels. A negative scale means little-endian; its magnitude is the value of
/// white, as pfmtopam of Netpbm and OpenCV have it.
fn samples(
    data: &[u8],
    (width, height): (u32, u32),
    channels: usize,
    scale: f64,
) -> Option<Vec<f32>> {
    let row = (width as usize).checked_mul(channels * 4)?;
    let data = data.get(..row.checked_mul(height as usize)?)?;
    let white = scale.abs();
    let read = |&bytes: &[u8; 4]| {
        let value = match scale.is_sign_negative() {
            true => f32::from_le_bytes(bytes),
            false => f32::from_be_bytes(bytes),
        };
        (f64::from(value) / white) as f32
    };
    let values = data
        .chunks_exact(row.max(1))
        .rev()
        .flat_map(|row| row.as_chunks::<4>().0)
        .map(read);
    Some(
        values
            .flat_map(|value| std::iter::repeat_n(value, if channels == 1 { 3 } else { 1 }))
            .collect(),
    )
}

fn malformed(detail: &str) -> Error {
    let detail = detail.into();
    PictureError::Malformed {
        format: FORMAT,
        detail,
    }
    .into()
}
