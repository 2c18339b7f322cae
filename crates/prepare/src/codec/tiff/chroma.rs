//! YCbCr without JPEG: blocks of luma samples, each with the chroma samples that they share (TIFF
//! 6.0, section 21).

use super::form::Form;
use crate::codec::ifd::{Directory, tag};
use crate::pixels::ycbcr::BT601_LUMA;

/// Default samples of black and white, for luma and for both chroma components.
const FULL_RANGE: [f64; 6] = [0.0, 255.0, 128.0, 255.0, 128.0, 255.0];

/// Bytes of the blocks of a strip or tile.
pub(super) fn length(form: &Form, (width, rows): (usize, usize)) -> usize {
    let (across, down) = form.subsampling;
    width.div_ceil(across) * rows.div_ceil(down) * (across * down + 2)
}

/// Converts a strip or tile to interleaved red, green and blue.
pub(super) fn rgb(
    form: &Form,
    directory: &Directory<'_>,
    (width, rows): (usize, usize),
    blocks: &[u8],
) -> Vec<u8> {
    let (across, down) = form.subsampling;
    let luma = across * down;
    let conversion = Conversion::of(directory);
    let mut pixels = vec![0; 3 * width * rows];
    for (index, block) in blocks.chunks_exact(luma + 2).enumerate() {
        let blocks_across = width.div_ceil(across);
        let (left, top) = (index % blocks_across * across, index / blocks_across * down);
        let (lumas, chroma) = block.split_at(luma);
        let &[cb, cr] = chroma else { continue };
        for (at, &y) in lumas.iter().enumerate() {
            let (x, row) = (left + at % across, top + at / across);
            if x < width
                && let Some(pixel) = pixels.get_mut(3 * (row * width + x)..)
                && let Some(pixel) = pixel.first_chunk_mut()
            {
                *pixel = conversion.rgb([y, cb, cr]);
            }
        }
    }
    pixels
}

struct Conversion {
    /// Black and white of luma, then zero and the largest value of each chroma.
    range: [f64; 6],
    weights: [f64; 3],
}

impl Conversion {
    fn of(directory: &Directory<'_>) -> Self {
        let range: [f64; 6] = directory
            .ratios(tag::REFERENCE_BLACK_WHITE)
            .unwrap_or(FULL_RANGE);
        let is_range = range
            .as_chunks::<2>()
            .0
            .iter()
            .all(|[low, high]| low < high);
        let weights: [f64; 3] = directory
            .ratios(tag::YCBCR_COEFFICIENTS)
            .unwrap_or(BT601_LUMA);
        let is_weights = weights.iter().all(|weight| (0.0..1.0).contains(weight))
            && (weights.iter().sum::<f64>() - 1.0).abs() < 0.01
            && weights[1] > 0.0;
        Self {
            range: if is_range { range } else { FULL_RANGE },
            weights: if is_weights { weights } else { BT601_LUMA },
        }
    }

    /// Not by the matrices of H.273: a TIFF has a range for each component, and weights of three rational numbers.
    fn rgb(&self, ycbcr: [u8; 3]) -> [u8; 3] {
        let [y, cb, cr] = ycbcr.map(f64::from);
        let [black, white, cb_zero, cb_most, cr_zero, cr_most] = self.range;
        let y = (y - black) * 255.0 / (white - black);
        let cb = (cb - cb_zero) * 127.0 / (cb_most - cb_zero);
        let cr = (cr - cr_zero) * 127.0 / (cr_most - cr_zero);
        let [of_red, of_green, of_blue] = self.weights;
        let red = y + (2.0 - 2.0 * of_red) * cr;
        let blue = y + (2.0 - 2.0 * of_blue) * cb;
        let green = (y - of_red * red - of_blue * blue) / of_green;
        [red, green, blue].map(|value| (value + 0.5) as u8) // saturates
    }
}
