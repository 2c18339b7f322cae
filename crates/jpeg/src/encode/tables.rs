//! Base quantisation tables at quality 50, row by row as the coefficients lie in a block.
//!
//! Shape: `base · (1 + (r / r₀)^p)` of the radial frequency `r = √(u² + v²)`, the growth with frequency
//! that contrast sensitivity gives (Peterson, Ahumada and Watson, "An improved detection model for
//! DCT coefficient quantization", 1993), with a step of its own for DC. The parameters were fitted by
//! coordinate descent on SSIMULACRA2 and Butteraugli at 10 to 150 kB over half of a set of photographs
//! and checked on the other half.

use super::frame::Kind;
use super::zigzag::NATURAL;

/// Luma: base 14, r₀ 3.68, p 1.29; the first ring is an eighth finer, rings 2 and 4 a quarter coarser.
#[rustfmt::skip]
const LUMA: [f32; 64] = [
    8.8, 14.8, 25.5, 24.8, 37.0, 34.8, 40.3, 46.0,
    14.8, 16.1, 26.7, 25.5, 37.8, 35.3, 40.7, 46.5,
    25.5, 26.7, 30.0, 27.6, 40.0, 36.9, 42.1, 47.7,
    24.8, 25.5, 27.6, 30.8, 43.5, 39.3, 44.3, 49.7,
    37.0, 37.8, 40.0, 43.5, 47.9, 42.6, 47.3, 52.4,
    34.8, 35.3, 36.9, 39.3, 42.6, 46.5, 50.9, 55.8,
    40.3, 40.7, 42.1, 44.3, 47.3, 50.9, 55.0, 59.7,
    46.0, 46.5, 47.7, 49.7, 52.4, 55.8, 59.7, 64.1,
];

/// Chroma of 4:2:0: base 16, r₀ 5, p 3.18.
#[rustfmt::skip]
const HALF_CHROMA: [f32; 64] = [
    8.8, 16.1, 16.9, 19.2, 23.9, 32.0, 44.6, 62.6,
    16.1, 16.3, 17.2, 19.7, 24.7, 33.0, 45.8, 64.1,
    16.9, 17.2, 18.6, 21.7, 27.2, 36.3, 49.8, 68.8,
    19.2, 19.7, 21.7, 25.5, 32.0, 42.1, 56.7, 76.9,
    23.9, 24.7, 27.2, 32.0, 39.7, 51.1, 67.2, 89.0,
    32.0, 33.0, 36.3, 42.1, 51.1, 64.1, 82.0, 105.7,
    44.6, 45.8, 49.8, 56.7, 67.2, 82.0, 101.9, 127.7,
    62.6, 64.1, 68.8, 76.9, 89.0, 105.7, 127.7, 156.1,
];

/// Chroma of 4:4:4, whose frequencies are half as high: base 28, r₀ 4.5, p 1.85.
#[rustfmt::skip]
const FULL_CHROMA: [f32; 64] = [
    13.8, 29.7, 34.2, 41.2, 50.5, 62.0, 75.7, 91.4,
    29.7, 31.3, 35.7, 42.6, 51.8, 63.3, 76.9, 92.6,
    34.2, 35.7, 39.9, 46.6, 55.7, 67.0, 80.6, 96.2,
    41.2, 42.6, 46.6, 53.1, 62.0, 73.2, 86.6, 102.1,
    50.5, 51.8, 55.7, 62.0, 70.8, 81.8, 95.0, 110.3,
    62.0, 63.3, 67.0, 73.2, 81.8, 92.6, 105.7, 120.8,
    75.7, 76.9, 80.6, 86.6, 95.0, 105.7, 118.5, 133.5,
    91.4, 92.6, 96.2, 102.1, 110.3, 120.8, 133.5, 148.4,
];

/// Luma and chroma base tables, in zigzag order.
pub(crate) fn base(kind: Kind) -> ([f32; 64], [f32; 64]) {
    let zigzag = |table: &[f32; 64]| NATURAL.map(|natural| table[natural]);
    let chroma = if kind == Kind::Yuv444 {
        &FULL_CHROMA
    } else {
        &HALF_CHROMA
    };
    (zigzag(&LUMA), zigzag(chroma))
}
