//! Converts to sRGB from a transfer curve and primaries that are given as numbers.

use crate::Note;
use crate::color::{Matrix, ToneMap, Transfer, encode_srgb};
use crate::pixels::raster::{Raster, Samples};
use crate::pixels::srgb::Srgb;

/// Converts RGB or RGBA; high dynamic range is tone-mapped, with a note.
pub(super) fn convert(raster: &Raster, transfer: Transfer, matrix: Matrix) -> (Srgb, Option<Note>) {
    let channels = raster.layout.channels();
    let light = |linear: [f32; 3]| matrix.apply(transfer.display(linear));
    let pixels: Vec<[f32; 3]> = match &raster.samples {
        Samples::U8(samples) => {
            let table = transfer.table(u8::MAX.into());
            let linear = linear(samples, channels, &table);
            linear.map(light).collect()
        }
        Samples::U16(samples) => {
            let table = transfer.table(u16::MAX);
            let linear = linear(samples, channels, &table);
            linear.map(light).collect()
        }
    };
    let largest = pixels
        .iter()
        .map(|rgb| rgb.iter().copied().fold(0.0, f32::max));
    let tone_map = transfer
        .is_high_range()
        .then(|| ToneMap::of(pixels.len(), largest))
        .flatten();
    let encode = |light: f32| (encode_srgb(light) * 255.0).round() as u8;
    let color = pixels.iter().map(|&rgb| match &tone_map {
        Some(map) => map.apply(rgb).map(encode),
        None => rgb.map(encode),
    });
    let srgb = Srgb {
        size: (raster.width, raster.height),
        layout: raster.layout,
        samples: with_alpha(color, raster),
    };
    (srgb, tone_map.map(|map| map.note()))
}

/// Linear light of each pixel's colour.
fn linear<'a, T: Copy + Into<usize>>(
    samples: &'a [T],
    channels: usize,
    table: &'a [f32],
) -> impl Iterator<Item = [f32; 3]> + 'a {
    let light = |sample: &T| table.get((*sample).into()).copied().unwrap_or(0.0);
    samples
        .chunks_exact(channels)
        .map(move |pixel| match pixel {
            [r, g, b, ..] => [light(r), light(g), light(b)],
            _ => [0.0; 3],
        })
}

/// Appends the raster's alpha, if it has any, to each colour.
pub(super) fn with_alpha(color: impl Iterator<Item = [u8; 3]>, raster: &Raster) -> Vec<u8> {
    if !raster.layout.has_alpha() {
        return color.flatten().collect();
    }
    let channels = raster.layout.channels();
    let alpha = (0..).map(|pixel| raster.samples.at_8_bit(pixel * channels + channels - 1));
    color
        .zip(alpha)
        .flat_map(|([r, g, b], alpha)| [r, g, b, alpha])
        .collect()
}
