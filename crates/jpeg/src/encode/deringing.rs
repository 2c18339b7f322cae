//! Deringing: for hard edges against pure white or black, moves ringing outside the sample range,
//! where the decoder clamps it.
//!
//! Samples at the end of the range may be coded beyond it, because a decoder clamps them. This
//! freedom is used to make the block smoother: alternately, its small coefficients are dropped and
//! all other samples are restored (projection onto convex sets).

use super::forward::{forward, inverse};

/// Level-shifted ends of the sample range.
const WHITE: f32 = 127.0;
const BLACK: f32 = -128.0;

/// How far beyond the range a sample may go, in levels.
const REACH: f32 = 48.0;

/// Coefficients below this limit, which rises with frequency, are dropped.
const SMALL: f32 = 12.0;

/// Rounds of projection; later ones change little.
const ROUNDS: usize = 4;

/// Reshapes a block of level-shifted samples that has both saturated and other samples.
pub(crate) fn relax(samples: &mut [[f32; 8]; 8]) {
    let saturated = samples
        .iter()
        .flatten()
        .filter(|&&s| s >= WHITE || s <= BLACK)
        .count();
    if saturated == 0 || saturated == 64 {
        return;
    }
    let original = *samples;
    for _ in 0..ROUNDS {
        forward(samples);
        for (v, row) in samples.iter_mut().enumerate() {
            for (u, coefficient) in row.iter_mut().enumerate() {
                let small = SMALL * (1.0 + (u + v) as f32 / 4.0);
                if u + v > 0 && coefficient.abs() < small {
                    *coefficient = 0.0;
                }
            }
        }
        inverse(samples);
        for (value, &sample) in samples.iter_mut().flatten().zip(original.iter().flatten()) {
            *value = if sample >= WHITE {
                value.clamp(WHITE, WHITE + REACH)
            } else if sample <= BLACK {
                value.clamp(BLACK - REACH, BLACK)
            } else {
                sample
            };
        }
    }
}
