//! Converts to sRGB from CIELAB under D50 (ICC.1, 6.3.2.2; CIE 15), as TIFF and Photoshop store it.

use super::assume_srgb;
use super::colorimetric::with_alpha;
use crate::color::{cube, encode_srgb};
use crate::pixels::raster::{Layout, Raster, Samples};
use crate::pixels::srgb::Srgb;

/// White of the profile connection space (ICC.1, 7.2.16).
const WHITE: [f32; 3] = [0.9642, 1.0, 0.8249];
/// XYZ under D50 to linear sRGB: the inverse of the colorants of IEC 61966-2-1, adapted with
/// Bradford's transform.
const TO_SRGB: [[f32; 3]; 3] = [
    [3.133_856, -1.616_867, -0.490_615],
    [-0.978_768, 1.916_142, 0.033_454],
    [0.071_945, -0.228_991, 1.405_243],
];

/// Converts three channels with or without alpha; gray is L* alone.
pub(super) fn convert(raster: Raster) -> Srgb {
    let (channels, layout) = match raster.layout {
        Layout::Gray => (1, Layout::Rgb),
        Layout::GrayAlpha => (2, Layout::Rgba),
        Layout::Rgb | Layout::Rgba => (raster.layout.channels(), raster.layout),
        Layout::Cmyk => return assume_srgb(raster),
    };
    let unit: Vec<f32> = match &raster.samples {
        Samples::U8(samples) => samples.iter().map(|&v| f32::from(v) / 255.0).collect(),
        Samples::U16(samples) => samples.iter().map(|&v| f32::from(v) / 65_535.0).collect(),
    };
    let colors = unit.chunks_exact(channels).map(|pixel| match *pixel {
        [l, a, b, ..] => to_srgb([l * 100.0, a * 255.0 - 128.0, b * 255.0 - 128.0]),
        [l, ..] => to_srgb([l * 100.0, 0.0, 0.0]),
        [] => [0; 3],
    });
    Srgb {
        size: (raster.width, raster.height),
        layout,
        samples: with_alpha(colors, &raster),
    }
}

fn to_srgb([l, a, b]: [f32; 3]) -> [u8; 3] {
    let y = (l + 16.0) / 116.0;
    let root = [y + a / 500.0, y, y - b / 200.0];
    let mut xyz = root.map(cube);
    for (value, white) in xyz.iter_mut().zip(WHITE) {
        *value *= white;
    }
    let [x, y, z] = xyz;
    TO_SRGB.map(|[p, q, r]| (encode_srgb(p * x + q * y + r * z) * 255.0).round() as u8)
}
