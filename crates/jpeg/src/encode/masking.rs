//! How visible an error is in each block: less where the block itself is busy.

use super::spectrum::{Block, SCALE, Spectrum};
use super::tune::knob;

/// Replaces `out` by one factor a block for the price of its errors; 1 is a block of middling activity.
pub(crate) fn visibility(spectrum: &Spectrum, out: &mut Vec<f32>) {
    out.clear();
    let (exponent, offset) = (knob(10), knob(13));
    out.extend(spectrum.blocks.iter().map(|block| {
        let energy = activity(block);
        ((1000.0 + offset) / (energy + offset)).powf(exponent).clamp(0.2, 5.0)
    }));
}

/// Energy of a block's AC coefficients, in squared sample levels times 64.
#[inline]
fn activity(block: &Block) -> f32 {
    let mut lanes = [0.0f32; 8];
    for eight in block.chunks_exact(8) {
        for (lane, &coefficient) in lanes.iter_mut().zip(eight) {
            *lane += f32::from(coefficient) * f32::from(coefficient);
        }
    }
    let dc = f32::from(block[0]);
    (lanes.iter().sum::<f32>() - dc * dc) / (SCALE * SCALE)
}
