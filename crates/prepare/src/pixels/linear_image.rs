//! Pictures in linear light, and how they become display-referred rasters.

use crate::Note;
use crate::color::{Chromaticities, Matrix, ToneMap, encode_srgb};
use crate::pixels::raster::{Alpha, Layout, Raster, Samples};

/// Linear light as floats, interleaved without padding; 1 is paper white, and highlights are
/// brighter.
#[derive(Clone)]
pub(crate) struct LinearImage {
    pub(crate) size: (u32, u32),
    /// RGB or RGBA.
    pub(crate) layout: Layout,
    pub(crate) alpha: Alpha,
    pub(crate) samples: Vec<f32>,
    /// Primaries and white point; `None` for those of sRGB.
    pub(crate) chromaticities: Option<Chromaticities>,
}

impl LinearImage {
    /// Converts to sRGB in 16 bits with straight alpha. If highlights exceed white, the picture is
    /// tone-mapped and gets a note. This is done before resizing, so that a lamp of a few pixels
    /// does not brighten everything around it.
    pub(crate) fn tone_map(mut self) -> Option<(Raster, Option<Note>)> {
        let channels = self.layout.channels();
        let has_alpha = self.layout.has_alpha();
        let matrix = self.chromaticities.and_then(|found| Matrix::of(&found));
        let matrix = matrix.unwrap_or(Matrix::IDENTITY);
        for pixel in self.samples.chunks_exact_mut(channels) {
            if has_alpha && self.alpha == Alpha::Premultiplied {
                straighten(pixel);
            }
            if let [r, g, b, ..] = pixel {
                [*r, *g, *b] = matrix.apply([*r, *g, *b].map(finite));
            }
        }
        let pixels = self.samples.chunks_exact(channels);
        let largest = pixels.map(|pixel| pixel.iter().take(3).copied().fold(0.0, f32::max));
        let tone_map = ToneMap::of(self.samples.len() / channels, largest);
        let mut samples = Vec::with_capacity(self.samples.len());
        for pixel in self.samples.chunks_exact(channels) {
            samples.extend(encode(pixel, tone_map.as_ref()));
        }
        let raster = Raster::new(self.size, self.layout, Samples::U16(samples))?;
        Some((raster, tone_map.map(|map| map.note())))
    }

    /// Takes the values for samples of a curve, in 16 bits. If the curve is for gray and the three
    /// channels are equal, one of them is left.
    pub(crate) fn into_samples(self, is_for_gray: bool) -> Option<Raster> {
        let has_alpha = self.layout.has_alpha();
        let mut pixels = self.samples.chunks_exact(self.layout.channels());
        let is_equal = |pixel: &[f32]| matches!(pixel, [r, g, b, ..] if r == g && g == b);
        let is_gray = is_for_gray && pixels.all(is_equal);
        let colors = if is_gray { 1 } else { 3 };
        let layout = match (is_gray, has_alpha) {
            (true, false) => Layout::Gray,
            (true, true) => Layout::GrayAlpha,
            (false, false) => Layout::Rgb,
            (false, true) => Layout::Rgba,
        };
        let pixels = self.samples.chunks_exact(self.layout.channels());
        let samples = pixels.flat_map(|pixel| {
            let alpha = pixel.last().filter(|_| has_alpha);
            pixel.iter().take(colors).chain(alpha).copied().map(deep)
        });
        let raster = Raster::new(self.size, layout, Samples::U16(samples.collect()))?;
        Some(match self.alpha {
            Alpha::Premultiplied if has_alpha => raster.premultiplied(),
            _ => raster,
        })
    }
}

/// A value as a sample in 16 bits; NaN becomes 0.
fn deep(unit: f32) -> u16 {
    (unit.clamp(0.0, 1.0) * 65_535.0).round() as u16
}

/// Divides colour by alpha; without alpha there is no colour.
fn straighten(pixel: &mut [f32]) {
    if let [color @ .., alpha] = pixel {
        let gain = if *alpha > 0.0 { alpha.recip() } else { 0.0 };
        color.iter_mut().for_each(|light| *light *= gain);
    }
}

/// Light as a number that can be shown: NaN becomes black, infinity the largest half float.
pub(crate) fn finite(light: f32) -> f32 {
    if light.is_nan() {
        0.0
    } else {
        light.clamp(0.0, 65_504.0)
    }
}

fn encode(pixel: &[f32], tone_map: Option<&ToneMap>) -> impl Iterator<Item = u16> {
    let (color, alpha) = match *pixel {
        [r, g, b, ref alpha @ ..] => ([r, g, b], alpha.first().copied()),
        _ => ([0.0; 3], None),
    };
    let color = tone_map.map_or(color, |map| map.apply(color));
    let alpha = alpha.map(deep);
    let color = color.map(|light| deep(encode_srgb(light)));
    color.into_iter().chain(alpha)
}
