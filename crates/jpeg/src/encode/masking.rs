//! How visible an error is in each block: the more detail a block has, the less.

use super::spectrum::{Block, SCALE, Spectrum};
use crate::Instructions;

/// Energy of a block of average activity, whose errors have the weight 1.
const MIDDLING: f32 = 1250.0;

/// Energy added to every block, so that noise in flat blocks does not decide.
const FLOOR: f32 = 250.0;

/// Fills `out` with one factor per block for the weight of its errors: the fourth root of activity.
/// This did better than steeper and flatter functions, and than the activity of quarters or of
/// neighbouring blocks.
pub(crate) fn visibility(instructions: Instructions, spectrum: &Spectrum, out: &mut Vec<f32>) {
    instructions.run(
        #[inline(always)]
        || {
            out.clear();
            out.extend(spectrum.blocks.iter().map(|block| {
                // Square roots are exact by IEEE 754 on every machine, powers are not.
                (MIDDLING / (activity(block) + FLOOR)).sqrt().sqrt()
            }));
        },
    );
}

/// Energy of a block's AC coefficients, in squared sample levels.
#[inline(always)]
fn activity(block: &Block) -> f32 {
    let mut lanes = [0.0f32; 8];
    for eight in block.chunks_exact(8) {
        for (lane, &coefficient) in lanes.iter_mut().zip(eight) {
            *lane += f32::from(coefficient) * f32::from(coefficient);
        }
    }
    let dc = f32::from(block[0]);
    ((lanes.iter().sum::<f32>() - dc * dc) / (SCALE * SCALE)).max(0.0)
}
