//! Floats that are measurements, not light.

use crate::pixels::decoded::Decoded;
use crate::pixels::linear_image::LinearImage;
use crate::pixels::raster::{Alpha, Layout, Raster, Samples};

/// Share of negative values above which gray floats are no light.
const NEGATIVE: f64 = 0.01;
/// How far below zero they go then, as a share of the largest value: rounding and filters of editors
/// leave values a little below zero in light, too.
const DEPTH: f32 = 0.05;

/// Light as it is; measurements, such as phases and differences, from their smallest value in black to
/// their largest in white, as viewers show them. As light, everything below zero would be black.
pub(super) fn light_or_data(image: LinearImage) -> Decoded {
    let Some((least, most)) = range_of_data(&image) else {
        return Decoded::Linear(image);
    };
    let (black, span) = (f64::from(least), f64::from(most) - f64::from(least));
    let scaled = |value: f32| match value.is_finite() {
        true => ((f64::from(value) - black) / span * 65_535.0).round() as u16,
        false => 0,
    };
    let has_alpha = image.layout.has_alpha();
    let mut samples = Vec::with_capacity(image.samples.len() / 3);
    for pixel in image.samples.chunks_exact(image.layout.channels()) {
        samples.extend(pixel.first().copied().map(scaled));
        let alpha = pixel.last().filter(|_| has_alpha);
        samples.extend(alpha.map(|alpha| (alpha.clamp(0.0, 1.0) * 65_535.0).round() as u16));
    }
    let layout = match has_alpha {
        true => Layout::GrayAlpha,
        false => Layout::Gray,
    };
    match Raster::new(image.size, layout, Samples::U16(samples)) {
        Some(raster) if has_alpha && image.alpha == Alpha::Premultiplied => {
            Decoded::Raster(raster.premultiplied())
        }
        Some(raster) => Decoded::Raster(raster),
        None => Decoded::Linear(image),
    }
}

/// The smallest and largest value, if these are measurements: gray, and often clearly negative.
fn range_of_data(image: &LinearImage) -> Option<(f32, f32)> {
    let (mut negative, mut all) = (0u64, 0u64);
    let (mut least, mut most) = (0f32, 0f32);
    for pixel in image.samples.chunks_exact(image.layout.channels()) {
        let &[red, green, blue, ..] = pixel else {
            return None;
        };
        if !red.is_finite() {
            continue;
        }
        if red != green || red != blue {
            return None;
        }
        all += 1;
        negative += u64::from(red < 0.0);
        (least, most) = (least.min(red), most.max(red));
    }
    let is_data = negative as f64 > NEGATIVE * all as f64 && -least > DEPTH * most;
    is_data.then_some((least, most))
}
