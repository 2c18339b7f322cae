//! Planes of the merged picture, plain or in PackBits, and how they become pixels.

use super::{Mode, number, take};
use crate::raster::{Layout, Raster, Samples};

/// What the header says of the pixels.
#[derive(Clone, Copy)]
pub(super) struct Pixels {
    pub(super) size: (u32, u32),
    pub(super) mode: Mode,
    pub(super) depth: u32,
    pub(super) channels: usize,
    pub(super) has_alpha: bool,
    pub(super) is_packed: bool,
    pub(super) is_large: bool,
}

impl Pixels {
    fn used_channels(&self) -> usize {
        self.mode.channels() + usize::from(self.has_alpha)
    }

    fn row_bytes(&self) -> usize {
        (self.size.0 as usize * self.depth as usize).div_ceil(8)
    }

    /// Planes and pixels at once, in bytes.
    pub(super) fn memory(&self) -> u64 {
        let planes = self.used_channels() as u64 * self.row_bytes() as u64 * u64::from(self.size.1);
        planes.saturating_mul(2)
    }

    fn layout(&self) -> Layout {
        match (self.mode, self.has_alpha) {
            (Mode::Bitmap | Mode::Gray, false) => Layout::Gray,
            (Mode::Gray, true) => Layout::GrayAlpha,
            (Mode::Cmyk, _) => Layout::Cmyk,
            (Mode::Rgb | Mode::Lab, true) => Layout::Rgba,
            _ => Layout::Rgb,
        }
    }
}

/// `None` if the data ends early.
pub(super) fn read(pixels: &Pixels, palette: &[u8], data: &[u8]) -> Option<Raster> {
    let planes = planes(pixels, data)?;
    let layout = pixels.layout();
    let count = pixels.size.0 as usize * pixels.size.1 as usize;
    let samples = match (pixels.depth, pixels.mode) {
        (1, _) => Samples::U8(bits(&planes, pixels)),
        (_, Mode::Indexed) => Samples::U8(indexed(&planes, palette)?),
        (8, _) => Samples::U8(interleave(&planes, count, layout, |[sample]: [u8; 1]| {
            sample
        })),
        (16, _) => Samples::U16(interleave(&planes, count, layout, u16::from_be_bytes)),
        _ => Samples::U16(interleave(&planes, count, layout, |bytes| {
            encode(f32::from_be_bytes(bytes))
        })),
    };
    let samples = match (samples, layout) {
        (Samples::U8(samples), Layout::Cmyk) => {
            Samples::U8(samples.iter().map(|ink| 255 - ink).collect())
        }
        (Samples::U16(samples), Layout::Cmyk) => {
            Samples::U16(samples.iter().map(|ink| 65_535 - ink).collect())
        }
        (samples, _) => samples,
    };
    let mut raster = Raster::new(pixels.size, layout, samples)?;
    if layout.has_alpha() && pixels.mode != Mode::Lab {
        match &mut raster.samples {
            Samples::U8(samples) => unmatte(samples, layout, |color, alpha| {
                color.saturating_sub(255 - alpha)
            }),
            Samples::U16(samples) => {
                unmatte(samples, layout, |color, alpha| {
                    color.saturating_sub(65_535 - alpha)
                });
            }
        }
        return Some(raster.associated());
    }
    Some(raster)
}

/// The planes that are used, one after the other.
fn planes(pixels: &Pixels, mut data: &[u8]) -> Option<Vec<u8>> {
    let rows = pixels.used_channels() * pixels.size.1 as usize;
    let row_bytes = pixels.row_bytes();
    if !pixels.is_packed {
        return data.get(..rows.checked_mul(row_bytes)?).map(<[u8]>::to_vec);
    }
    let width = if pixels.is_large { 4 } else { 2 };
    let all = pixels.channels * pixels.size.1 as usize;
    let lengths = take(&mut data, all.checked_mul(width)?)?;
    let mut planes = Vec::with_capacity(rows * row_bytes);
    for (row, length) in lengths.chunks_exact(width).take(rows).enumerate() {
        let packed = take(&mut data, usize::try_from(number(length)).ok()?)?;
        unpack(packed, &mut planes, (row + 1) * row_bytes);
        planes.resize((row + 1) * row_bytes, 0); // a short row
    }
    Some(planes)
}

/// PackBits; nothing is written beyond `end`.
fn unpack(mut packed: &[u8], into: &mut Vec<u8>, end: usize) {
    while let Some((&code, rest)) = packed.split_first() {
        let room = end - into.len();
        let used = match code {
            0..=127 => {
                let length = (usize::from(code) + 1).min(rest.len());
                into.extend_from_slice(&rest[..length.min(room)]);
                length
            }
            128 => 0,
            _ => {
                let run = (257 - usize::from(code)).min(room);
                let value = rest.first().copied().unwrap_or_default();
                into.resize(into.len() + run, value);
                1
            }
        };
        packed = rest.get(used..).unwrap_or_default();
    }
}

fn interleave<const N: usize, T: Copy>(
    planes: &[u8],
    count: usize,
    layout: Layout,
    sample: impl Fn([u8; N]) -> T,
) -> Vec<T> {
    let (values, _) = planes.as_chunks::<N>();
    let channels = layout.channels();
    let mut pixels = Vec::with_capacity(count * channels);
    for at in 0..count {
        let channel = |index| values.get(index * count + at);
        pixels.extend(
            (0..channels)
                .filter_map(channel)
                .map(|&bytes| sample(bytes)),
        );
    }
    pixels
}

/// One bit a pixel, 1 for black.
fn bits(planes: &[u8], pixels: &Pixels) -> Vec<u8> {
    let width = pixels.size.0 as usize;
    let row = |row: &[u8]| {
        let bit = |at: usize| {
            row.get(at / 8)
                .is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1)
        };
        (0..width)
            .map(|at| if bit(at) { 0 } else { 255 })
            .collect::<Vec<u8>>()
    };
    planes
        .chunks_exact(pixels.row_bytes())
        .flat_map(row)
        .collect()
}

/// 256 red, then as many green and blue values.
fn indexed(planes: &[u8], palette: &[u8]) -> Option<Vec<u8>> {
    let palette = palette.get(..768)?;
    let color = |&index: &u8| [0, 256, 512].map(|plane| palette[plane + usize::from(index)]);
    Some(planes.iter().flat_map(color).collect())
}

/// Merged colours lie on white; without it they are multiplied with alpha.
fn unmatte<T: Copy>(samples: &mut [T], layout: Layout, remove: impl Fn(T, T) -> T) {
    for pixel in samples.chunks_exact_mut(layout.channels()) {
        if let Some((alpha, colors)) = pixel.split_last_mut() {
            colors
                .iter_mut()
                .for_each(|color| *color = remove(*color, *alpha));
        }
    }
}

/// Linear light to the curve of sRGB (IEC 61966-2-1), at 16 bits.
fn encode(value: f32) -> u16 {
    let linear = value.clamp(0.0, 1.0);
    let encoded = match linear {
        ..=0.003_130_8 => linear * 12.92,
        _ => 1.055 * linear.powf(1.0 / 2.4) - 0.055,
    };
    (encoded * 65_535.0).round() as u16
}
