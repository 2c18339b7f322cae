//! Decodes the merged picture, which has one plane per channel, uncompressed or in PackBits, row by
//! row: only the reduced square is in memory.

use super::fields::{number, take};
use super::light::{Brightness, Compression, color_at};
use super::mode::Mode;
use crate::codec::packbits::unpack;
use crate::color::{Color, encode_srgb};
use crate::pixels::depth::Depth;
use crate::pixels::raster::{Alpha, Layout};
use crate::pixels::reduce::{Reduced, Reducer};
use crate::plan::Plan;

/// Least alpha of pixels that tell how bright a picture is: half a level of 8 bits.
const LEAST_ALPHA: f32 = 0.5 / 255.0;

/// What the header says about the pixels.
#[derive(Clone, Copy)]
pub(super) struct Pixels {
    pub(super) size: (u32, u32),
    pub(super) mode: Mode,
    pub(super) depth: u32,
    pub(super) channels: usize,
    pub(super) has_alpha: bool,
    /// The index of a palette whose pixels are transparent.
    pub(super) transparent: Option<u8>,
    pub(super) is_packed: bool,
    pub(super) is_large: bool,
}

impl Pixels {
    pub(super) fn row_bytes(&self) -> usize {
        (self.size.0 as usize * self.depth as usize).div_ceil(8)
    }

    /// Size of all decoded pixels, in bytes.
    pub(super) fn memory(&self) -> u64 {
        let pixel = self.layout().channels() * if self.depth > 8 { 2 } else { 1 };
        let count = u64::from(self.size.0) * u64::from(self.size.1);
        count.saturating_mul(pixel as u64)
    }

    pub(super) fn layout(&self) -> Layout {
        match (self.mode, self.has_alpha) {
            (Mode::Bitmap, _) | (Mode::Gray, false) => Layout::Gray,
            (Mode::Gray, true) => Layout::GrayAlpha,
            (Mode::Cmyk, _) => Layout::Cmyk,
            (Mode::Rgb | Mode::Lab, true) => Layout::Rgba,
            (Mode::Indexed, _) if self.transparent.is_some() => Layout::Rgba,
            _ => Layout::Rgb,
        }
    }

    /// The number of channels with light as floats; `None` if there are none.
    pub(super) fn light_channels(&self) -> Option<usize> {
        let is_light = self.depth == 32 && matches!(self.mode, Mode::Gray | Mode::Rgb);
        is_light.then(|| self.mode.channels())
    }

    /// How the light of a merged picture is to be compressed; `None` if it is no brighter than white, or
    /// the data ends early.
    pub(super) fn compression(&self, data: &[u8], color: &Color) -> Option<Compression> {
        let colors = self.light_channels()?;
        let mut brightness = Brightness::new(self.size, color);
        let mut planes = planes(self, data)?;
        let mut lines = vec![Vec::new(); planes.len()];
        for _ in 0..self.size.1 {
            for (plane, line) in planes.iter_mut().zip(&mut lines) {
                let stored = plane.next()?;
                plane.expand(stored, line);
            }
            let pixels = (0..self.size.0 as usize).map(|at| self.light_at(&lines, colors, at));
            // What is nearly transparent is not exact enough to tell how bright it is.
            let visible = pixels.filter(|(_, alpha)| *alpha > LEAST_ALPHA);
            brightness.add(visible.map(|(light, _)| light));
        }
        brightness.compression()
    }

    /// The light of a pixel and its alpha. The white on which merged light is composited is removed here,
    /// because it is linear as well: it must be neither compressed nor encoded.
    fn light_at(&self, lines: &[Vec<u8>], colors: usize, at: usize) -> ([f32; 3], f32) {
        let light = color_at(lines, colors, at);
        if !self.is_matted() {
            return (light, 1.0);
        }
        let [alpha, ..] = color_at(lines.get(colors..).unwrap_or_default(), 1, at);
        let alpha = if alpha > 0.0 { alpha.min(1.0) } else { 0.0 };
        let unmatted = |light: f32| match alpha > 0.0 {
            true => ((light - (1.0 - alpha)) / alpha).max(0.0),
            false => 0.0,
        };
        (light.map(unmatted), alpha)
    }

    /// Whether colours are stored multiplied by alpha and composited on white.
    fn is_matted(&self) -> bool {
        self.layout().has_alpha() && !matches!(self.mode, Mode::Lab | Mode::Indexed)
    }
}

/// Reads and reduces the picture, with light compressed if that is asked for; `None` if the data ends
/// early.
pub(super) fn read(
    pixels: &Pixels,
    (palette, data): (&[u8], &[u8]),
    compression: Option<Compression>,
    plan: &Plan,
) -> Option<Reduced> {
    let planes = planes(pixels, data)?;
    match (pixels.depth, pixels.mode) {
        (1, _) => reduce(pixels, planes, plan, |lines, row: &mut [u8]| {
            bits(lines, row);
        }),
        (_, Mode::Indexed) => {
            let palette = palette.get(..768)?;
            reduce(pixels, planes, plan, |lines, row: &mut [u8]| {
                indexed(lines, palette, pixels.transparent, row);
            })
        }
        (8, _) => reduce(pixels, planes, plan, |lines, row| {
            interleave(pixels, lines, row, |[sample]: [u8; 1]| sample);
        }),
        (16, _) => reduce(pixels, planes, plan, |lines, row| {
            interleave(pixels, lines, row, u16::from_be_bytes);
        }),
        _ => reduce(pixels, planes, plan, |lines, row| {
            match pixels.light_channels() {
                Some(colors) => light(pixels, colors, compression, lines, row),
                None => interleave(pixels, lines, row, |bytes| {
                    encode(f32::from_be_bytes(bytes))
                }),
            }
        }),
    }
}

/// Whether every pixel is the same; false if the data ends early.
pub(super) fn is_uniform(pixels: &Pixels, data: &[u8]) -> bool {
    let sample = (pixels.depth as usize).div_ceil(8);
    let is_one = |mut plane: Plane<'_>| {
        let (mut first, mut line) = (None, Vec::new());
        (0..pixels.size.1).all(|_| {
            let Some(stored) = plane.next() else {
                return false;
            };
            plane.expand(stored, &mut line);
            let first = first.get_or_insert_with(|| line[..sample.min(line.len())].to_vec());
            line.chunks_exact(sample).all(|found| found == first)
        })
    };
    planes(pixels, data).is_some_and(|planes| planes.into_iter().all(is_one))
}

/// Passes row by row to the reducer, each interleaved from one line of every plane.
fn reduce<T: Depth + Default>(
    pixels: &Pixels,
    mut planes: Vec<Plane<'_>>,
    plan: &Plan,
    make: impl Fn(&[Vec<u8>], &mut [T]),
) -> Option<Reduced> {
    let (layout, width) = (pixels.layout(), pixels.size.0 as usize);
    let alpha = match pixels.is_matted() && pixels.light_channels().is_none() {
        true => Alpha::Premultiplied,
        false => Alpha::Straight,
    };
    let mut reducer = Reducer::new(plan, layout, alpha, T::empty());
    let mut lines = vec![Vec::new(); planes.len()];
    let mut row = vec![T::default(); width * layout.channels()];
    for y in 0..pixels.size.1 {
        let is_wanted = reducer.wanted().contains(&y);
        for (plane, line) in planes.iter_mut().zip(&mut lines) {
            let stored = plane.next()?; // also below the square, so that damage there is noticed
            if is_wanted {
                plane.expand(stored, line);
            }
        }
        if is_wanted {
            make(&lines, &mut row);
            reducer.push(&row);
        } else {
            reducer.skip(1);
        }
    }
    reducer.finish()
}

/// The rows of one channel, from top to bottom.
struct Plane<'a> {
    data: &'a [u8],
    /// Length of each compressed row; `None` if rows are not compressed.
    lengths: Option<std::slice::ChunksExact<'a, u8>>,
    row_bytes: usize,
}

impl<'a> Plane<'a> {
    /// The next row, decompressed.
    fn next(&mut self) -> Option<&'a [u8]> {
        let length = match &mut self.lengths {
            Some(lengths) => usize::try_from(number(lengths.next()?)).ok()?,
            None => self.row_bytes,
        };
        take(&mut self.data, length)
    }

    fn expand(&self, stored: &[u8], line: &mut Vec<u8>) {
        line.clear();
        if self.lengths.is_none() {
            line.extend_from_slice(stored);
        }
        line.resize(self.row_bytes, 0); // what a short row lacks
        if self.lengths.is_some() {
            unpack(stored, line);
        }
    }
}

/// The planes that are used, which follow one another in the file.
fn planes<'a>(pixels: &Pixels, mut data: &'a [u8]) -> Option<Vec<Plane<'a>>> {
    let (height, row_bytes) = (pixels.size.1 as usize, pixels.row_bytes());
    let width = if pixels.is_large { 4 } else { 2 };
    let of_plane = height.checked_mul(width)?;
    let mut table = match pixels.is_packed {
        true => take(&mut data, pixels.channels.checked_mul(of_plane)?)?,
        false => &[],
    };
    let plane = |_| {
        let (lengths, length) = if pixels.is_packed {
            let lengths = take(&mut table, of_plane)?.chunks_exact(width);
            let length = lengths.clone().map(number).fold(0, u64::saturating_add);
            (Some(lengths), usize::try_from(length).ok()?)
        } else {
            (None, height.checked_mul(row_bytes)?)
        };
        let data = take(&mut data, length)?;
        Some(Plane {
            data,
            lengths,
            row_bytes,
        })
    };
    let used = pixels.mode.channels() + usize::from(pixels.has_alpha);
    (0..used).map(plane).collect()
}

/// Interleaves the lines. CMYK is stored as the absence of ink.
fn interleave<const N: usize, T: Depth>(
    pixels: &Pixels,
    lines: &[Vec<u8>],
    row: &mut [T],
    sample: impl Fn([u8; N]) -> T,
) {
    let layout = pixels.layout();
    let channels = layout.channels();
    for (channel, line) in lines.iter().take(channels).enumerate() {
        let samples = row.iter_mut().skip(channel).step_by(channels);
        for (into, &bytes) in samples.zip(line.as_chunks::<N>().0) {
            *into = sample(bytes);
        }
    }
    if layout == Layout::Cmyk {
        row.iter_mut().for_each(|ink| *ink = complement(*ink));
    } else if pixels.is_matted() {
        unmatte(row, channels);
    }
}

/// Encodes light, which is compressed before. Alpha is stored as it is, and colours independent of it.
fn light(
    pixels: &Pixels,
    colors: usize,
    compression: Option<Compression>,
    lines: &[Vec<u8>],
    row: &mut [u16],
) {
    let layout = pixels.layout();
    for (at, pixel) in row.chunks_exact_mut(layout.channels()).enumerate() {
        let (light, alpha) = pixels.light_at(lines, colors, at);
        let light = compression.map_or(light, |found| found.apply(light));
        for (into, light) in pixel.iter_mut().take(colors).zip(light) {
            *into = encode(light);
        }
        if let (true, [.., into]) = (layout.has_alpha(), pixel) {
            *into = (alpha * f32::from(u16::MAX)).round() as u16;
        }
    }
}

pub(super) fn complement<T: Depth>(sample: T) -> T {
    T::nearest(T::MAX - u64::from(sample.into()))
}

/// Expands one bit per pixel, where 1 is black.
fn bits(lines: &[Vec<u8>], row: &mut [u8]) {
    let bytes = lines.iter().take(1).flatten();
    let bits = bytes.flat_map(|byte| (0..8).map(move |at| byte >> (7 - at) & 1 == 1));
    for (pixel, is_black) in row.iter_mut().zip(bits) {
        *pixel = if is_black { 0 } else { 255 };
    }
}

/// Looks up the palette, which has 256 red, then 256 green and 256 blue values. Pixels have alpha if an
/// index is transparent.
fn indexed(lines: &[Vec<u8>], palette: &[u8], transparent: Option<u8>, row: &mut [u8]) {
    let indices = lines.iter().take(1).flatten();
    let channels = 3 + usize::from(transparent.is_some());
    for (pixel, &index) in row.chunks_exact_mut(channels).zip(indices) {
        let color = [0, 256, 512].map(|plane| palette[plane + usize::from(index)]);
        let alpha = if transparent == Some(index) { 0 } else { 255 };
        let samples = color.into_iter().chain([alpha]);
        pixel
            .iter_mut()
            .zip(samples)
            .for_each(|(into, sample)| *into = sample);
    }
}

/// Removes the white on which merged colours are composited; they are then multiplied by alpha.
fn unmatte<T: Depth>(row: &mut [T], channels: usize) {
    for pixel in row.chunks_exact_mut(channels) {
        if let Some((alpha, colors)) = pixel.split_last_mut() {
            let white = complement(*alpha).into();
            for color in colors {
                *color = T::nearest(u64::from((*color).into().saturating_sub(white)));
            }
        }
    }
}

/// Encodes linear light with the sRGB curve, in 16 bits.
pub(super) fn encode(value: f32) -> u16 {
    (encode_srgb(value) * 65_535.0).round() as u16
}
