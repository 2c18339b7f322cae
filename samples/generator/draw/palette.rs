//! Reduces pictures to few colours: a palette of the most frequent ones, or black and white.

use std::collections::BTreeMap;

use super::raster::Raster;

/// A palette and one index a pixel.
pub(crate) struct Indexed {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) colours: Vec<[u8; 4]>,
    pub(crate) indices: Vec<u8>,
}

/// The most frequent colours of an RGBA raster; every pixel takes the nearest of them.
/// Pixels with little alpha all share one fully transparent entry, which comes first.
pub(crate) fn reduce(raster: &Raster, most: usize) -> Indexed {
    let pixels: Vec<[u8; 4]> = raster.samples.chunks_exact(4).map(coarse).collect();
    let mut counts = BTreeMap::<[u8; 4], usize>::new();
    for &pixel in &pixels {
        *counts.entry(pixel).or_default() += 1;
    }
    let mut ranked: Vec<_> = counts
        .iter()
        .map(|(&colour, &count)| (count, colour))
        .collect();
    ranked.sort_by(|a, b| b.cmp(a));
    let mut colours: Vec<_> = ranked
        .into_iter()
        .take(most)
        .map(|(_, colour)| colour)
        .collect();
    colours.sort_by_key(|colour| colour[3]);
    let nearest: BTreeMap<_, _> = counts.keys().map(|&c| (c, closest(&colours, c))).collect();
    let indices = pixels.iter().map(|pixel| nearest[pixel]).collect();
    Indexed {
        width: raster.width,
        height: raster.height,
        colours,
        indices,
    }
}

/// Black and white by error diffusion: one 0 or 1 a pixel.
pub(crate) fn dither(gray: &Raster) -> Vec<u8> {
    let width = gray.width;
    let mut levels: Vec<i32> = gray.samples.iter().map(|&v| i32::from(v) * 16).collect();
    let mut bits = Vec::with_capacity(levels.len());
    for at in 0..levels.len() {
        let white = levels[at] >= 128 * 16;
        bits.push(u8::from(white));
        let error = levels[at] - if white { 255 * 16 } else { 0 };
        let column = at % width;
        let right = column + 1 < width;
        let mut spread = |to: usize, share: i32, inside: bool| {
            if let (true, Some(level)) = (inside, levels.get_mut(to)) {
                *level += error * share / 16;
            }
        };
        spread(at + 1, 7, right);
        spread(at + width - 1, 3, column > 0);
        spread(at + width, 5, true);
        spread(at + width + 1, 1, right);
    }
    bits
}

fn coarse(pixel: &[u8]) -> [u8; 4] {
    if pixel[3] < 8 {
        return [0; 4];
    }
    std::array::from_fn(|i| (pixel[i] & 0xf8) | (pixel[i] >> 5))
}

fn closest(colours: &[[u8; 4]], wanted: [u8; 4]) -> u8 {
    let distance = |colour: &[u8; 4]| -> i32 {
        colour
            .iter()
            .zip(wanted)
            .map(|(&a, b)| (i32::from(a) - i32::from(b)).pow(2))
            .sum()
    };
    (0..colours.len())
        .min_by_key(|&i| distance(&colours[i]))
        .unwrap_or(0) as u8
}
