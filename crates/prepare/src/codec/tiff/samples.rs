//! Converts planes of bytes to pixels.

use super::form::{Form, Number, Photometric};
use crate::Rect;
use crate::codec::ifd::{Directory, tag};
use crate::pixels::linear_image::LinearImage;
use crate::pixels::raster::{Alpha, Layout, Raster, Samples};
use crate::pixels::ycbcr::{Matrix, Plane, Ycbcr};

/// Converts luma and chroma in separate planes.
pub(super) fn ycbcr(form: &Form, planes: &[Vec<u8>]) -> Option<Ycbcr> {
    let [luma, cb, cr] = planes else { return None };
    if form.photometric != Photometric::Ycbcr {
        return None;
    }
    let plane = |index: usize, samples: &[u8]| {
        let (width, height) = form.plane_size(index);
        let size = (width as u32, height as u32);
        Plane::whole(size, Samples::U8(samples.to_vec()))
    };
    let (width, height) = form.size;
    Some(Ycbcr {
        luma: plane(0, luma),
        chroma: Some([plane(1, cb), plane(2, cr)]),
        alpha: None,
        is_premultiplied: false,
        depth: 8,
        alpha_depth: 8,
        matrix: Matrix::new(6, true)?,
        window: Rect {
            x: 0,
            y: 0,
            width,
            height,
        },
    })
}

/// Converts planes to a raster; `None` if they are not as large as the form says.
pub(super) fn raster(form: &Form, directory: &Directory<'_>, planes: &[Vec<u8>]) -> Option<Raster> {
    let colors = form.photometric.channels();
    let channels = colors + usize::from(form.alpha.is_some());
    let values = values(form, planes, channels);
    let values = match form.photometric {
        Photometric::Palette => return palette(form, directory, &values),
        _ => scale(form, values),
    };
    let values = match (form.photometric, form.alpha) {
        (Photometric::Cmyk, Some(false)) => covered(values, channels),
        _ => values,
    };
    let layout = match (form.photometric, form.alpha.is_some()) {
        (Photometric::WhiteIsZero | Photometric::BlackIsZero | Photometric::Palette, false) => {
            Layout::Gray
        }
        (Photometric::WhiteIsZero | Photometric::BlackIsZero | Photometric::Palette, true) => {
            Layout::GrayAlpha
        }
        (Photometric::Cmyk, _) => Layout::Cmyk,
        (_, false) => Layout::Rgb,
        (_, true) => Layout::Rgba,
    };
    let pixels = values.chunks_exact(channels);
    let samples = pixels.flat_map(|pixel| color(form, &pixel[..layout.channels().min(channels)]));
    let samples = if form.bits <= 8 {
        Samples::U8(samples.map(|value| (value * 255.0).round() as u8).collect())
    } else {
        Samples::U16(
            samples
                .map(|value| (value * 65_535.0).round() as u16)
                .collect(),
        )
    };
    let raster = Raster::new(form.size, layout, samples)?;
    Some(if form.alpha == Some(true) {
        raster.premultiplied()
    } else {
        raster
    })
}

/// Light of sRGB's middle gray, which rows that are missing show.
const MISSING: f32 = 0.2159;

/// Converts planes of floats to light; `None` if they are not as large as the form says.
pub(super) fn linear(form: &Form, planes: &[Vec<u8>], lost: &[bool]) -> Option<LinearImage> {
    let colors = form.photometric.channels();
    let channels = colors + usize::from(form.alpha.is_some());
    let layout = match form.alpha {
        None => Layout::Rgb,
        Some(_) => Layout::Rgba,
    };
    let values = values(form, planes, channels);
    let mut samples = Vec::with_capacity(values.len() / channels * layout.channels());
    for pixel in values.chunks_exact(channels) {
        let light = [0, 1, 2].map(|channel| pixel.get(channel % colors));
        let alpha = form.alpha.and(pixel.last());
        samples.extend(light.into_iter().flatten().chain(alpha).map(|&v| v as f32));
    }
    let row = (form.size.0 as usize * layout.channels()).max(1);
    let rows = samples.chunks_exact_mut(row).zip(lost);
    for (row, _) in rows.filter(|(_, lost)| **lost) {
        for pixel in row.chunks_exact_mut(layout.channels()) {
            let lights = pixel.iter_mut().enumerate();
            lights.for_each(|(at, it)| *it = if at < 3 { MISSING } else { 1.0 });
        }
    }
    let is_whole = samples.len() == row * form.size.1 as usize;
    is_whole.then_some(LinearImage {
        size: form.size,
        layout,
        alpha: match form.alpha {
            Some(true) => Alpha::Premultiplied,
            _ => Alpha::Straight,
        },
        samples,
        chromaticities: None,
    })
}

/// Multiplies CMYK by the alpha after it, unless that is zero everywhere.
fn covered(mut values: Vec<f32>, channels: usize) -> Vec<f32> {
    let alpha = |pixel: &[f32]| pixel.last().copied().unwrap_or(1.0);
    if values
        .chunks_exact(channels)
        .any(|pixel| alpha(pixel) > 0.0)
    {
        for pixel in values.chunks_exact_mut(channels) {
            let alpha = alpha(pixel);
            pixel.iter_mut().for_each(|ink| *ink *= alpha);
        }
    }
    values
}

/// Applies the photometric interpretation to a pixel, for example inverts it if 0 is white.
fn color(form: &Form, pixel: &[f32]) -> impl Iterator<Item = f32> {
    let (photometric, colors) = (form.photometric, form.photometric.channels());
    let pixel = pixel.to_vec();
    pixel
        .into_iter()
        .enumerate()
        .map(move |(channel, value)| match photometric {
            Photometric::WhiteIsZero if channel < colors => 1.0 - value,
            // a* and b* are signed.
            Photometric::Lab if channel > 0 && channel < colors => {
                (value + 128.0 / 255.0) % (256.0 / 255.0)
            }
            _ => value,
        })
}

/// The stored numbers of the channels that are used.
fn values(form: &Form, planes: &[Vec<u8>], channels: usize) -> Vec<f64> {
    let (width, height) = (form.size.0 as usize, form.size.1 as usize);
    let inside = form.plane_samples();
    let row = (width * inside * form.bits).div_ceil(8);
    let mut values = Vec::with_capacity(width * height * channels);
    for y in 0..height {
        for x in 0..width {
            for channel in 0..channels {
                let channel = match channel < form.photometric.channels() {
                    true => channel,
                    false => channel + form.before_alpha,
                };
                let (plane, at) = if form.is_planar {
                    (channel, x)
                } else {
                    (0, x * inside + channel)
                };
                let bytes = planes
                    .get(plane)
                    .and_then(|plane| plane.get(y * row..(y + 1) * row));
                values.push(bytes.map_or(0.0, |bytes| number(form, bytes, at)));
            }
        }
    }
    values
}

fn number(form: &Form, row: &[u8], at: usize) -> f64 {
    if !form.bits.is_multiple_of(8) {
        return bits_from(row, at * form.bits, form.bits) as f64;
    }
    let width = form.bits / 8;
    let bytes = row.get(at * width..(at + 1) * width).unwrap_or_default();
    let add = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
    let bits = if form.is_big_endian {
        bytes.iter().fold(0, add)
    } else {
        bytes.iter().rev().fold(0, add)
    };
    match (form.number, form.bits) {
        (Number::Float, 16) => half(bits as u16),
        (Number::Float, 32) => f32::from_bits(bits as u32).into(),
        (Number::Float, _) => f64::from_bits(bits),
        (Number::Signed, bits_of) if form.photometric != Photometric::Lab => {
            let shift = 64 - bits_of;
            ((bits << shift) as i64 >> shift) as f64
        }
        _ => bits as f64,
    }
}

/// The value of a float of 16 bits (IEEE 754 binary16).
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    let size = match exponent {
        0 => fraction / 1024.0 * 2f64.powi(-14),
        0x1f if fraction > 0.0 => f64::NAN,
        0x1f => f64::INFINITY,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    };
    if bits >> 15 == 1 { -size } else { size }
}

/// Reads `count` bits of a row from bit `start` on, the highest first; at most 32.
fn bits_from(row: &[u8], start: usize, count: usize) -> u64 {
    let (first, last) = (start / 8, (start + count).div_ceil(8));
    let bytes = (first..last).map(|at| row.get(at).copied().unwrap_or(0));
    let all = bytes.fold(0, |value: u64, byte| value << 8 | u64::from(byte));
    let after = 8 * last - start - count;
    all >> after & ((1 << count) - 1)
}

/// Scales numbers to 0 to 1: integers by their depth; signed numbers, and floats above 1, by the
/// values in the picture, because no tag says what their white is.
fn scale(form: &Form, values: Vec<f64>) -> Vec<f32> {
    let full = (form.bits as f64).exp2() - 1.0;
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let (least, most) = finite().fold((0.0, 0.0), |(least, most): (f64, f64), value| {
        (least.min(value), most.max(value))
    });
    let (black, span) = match form.number {
        Number::Unsigned => (0.0, full),
        Number::Float if least >= 0.0 && most <= 1.0 => (0.0, 1.0),
        _ if form.photometric == Photometric::Lab => (0.0, full),
        _ => (least, (most - least).max(f64::MIN_POSITIVE)),
    };
    let scaled = |value: f64| {
        if value.is_finite() {
            ((value - black) / span) as f32
        } else {
            0.0
        }
    };
    values.into_iter().map(scaled).collect()
}

/// Looks up the palette, which has 16 bits: all red values, then green, then blue.
fn palette(form: &Form, directory: &Directory<'_>, values: &[f64]) -> Option<Raster> {
    let map = directory.numbers(tag::PALETTE);
    let third = map.len() / 3;
    // Old programs wrote 8 bits only.
    let shift = if map.iter().any(|&value| value > 255) {
        8
    } else {
        0
    };
    let channels = 1 + usize::from(form.alpha.is_some());
    let full = (form.bits as f64).exp2() - 1.0;
    let pixel = |pixel: &[f64]| {
        let index = pixel.first().map_or(0, |&index| index as usize);
        let color = [0, third, 2 * third].map(|plane| {
            map.get(plane + index)
                .map_or(0, |value| (value >> shift) as u8)
        });
        let alpha = pixel
            .get(1)
            .map(|&alpha| (alpha / full * 255.0).round() as u8);
        color.into_iter().chain(alpha)
    };
    let samples = values.chunks_exact(channels).flat_map(pixel).collect();
    let layout = if channels == 2 {
        Layout::Rgba
    } else {
        Layout::Rgb
    };
    Raster::new(form.size, layout, Samples::U8(samples))
}
