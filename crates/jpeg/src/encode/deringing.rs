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

/// The limit of each coefficient. The mean stays.
const LIMITS: [[f32; 8]; 8] = {
    let mut limits = [[0.0; 8]; 8];
    let mut at = 1;
    while at < 64 {
        let (v, u) = (at / 8, at % 8);
        limits[v][u] = SMALL * (1.0 + (u + v) as f32 / 4.0);
        at += 1;
    }
    limits
};

/// Rounds of projection; later ones change little.
const ROUNDS: usize = 4;

/// Reshapes a block of level-shifted samples that has both saturated and other samples.
#[inline(always)]
pub(crate) fn relax(samples: &mut [[f32; 8]; 8]) {
    // Counted in eight lanes, as floats: these become vector instructions.
    let mut saturated = [0.0f32; 8];
    for row in samples.iter() {
        for (count, &s) in saturated.iter_mut().zip(row) {
            *count += if s >= WHITE || s <= BLACK { 1.0 } else { 0.0 };
        }
    }
    let saturated: f32 = saturated.iter().sum();
    if saturated == 0.0 || saturated == 64.0 {
        return;
    }
    // Comparisons without branches, in loops over whole rows, become vector instructions.
    let least = samples.map(|row| row.map(|s| if s <= BLACK { BLACK - REACH } else { s }));
    let most = samples.map(|row| row.map(|s| if s >= WHITE { WHITE + REACH } else { s }));
    for _ in 0..ROUNDS {
        forward(samples);
        for (row, limits) in samples.iter_mut().zip(&LIMITS) {
            for (coefficient, limit) in row.iter_mut().zip(limits) {
                let is_small = coefficient.abs() < *limit;
                *coefficient = if is_small { 0.0 } else { *coefficient };
            }
        }
        inverse(samples);
        for (row, (least, most)) in samples.iter_mut().zip(least.iter().zip(&most)) {
            for (value, (least, most)) in row.iter_mut().zip(least.iter().zip(most)) {
                let raised = if *value < *least { *least } else { *value };
                *value = if raised > *most { *most } else { raised };
            }
        }
    }
}
