//! Rate-distortion optimised DC levels: a Viterbi walk along each component's blocks in scan order.

use super::huffman::HuffmanCode;
use super::mean::Mean;
use super::symbols::category;
use crate::Instructions;

/// Levels considered for each block: rounded, and one to either side.
const STATES: usize = 3;

/// Bits of each DC difference category, magnitude bits included.
#[derive(Debug, Clone)]
pub(crate) struct DcRates([f32; 16]);

impl DcRates {
    pub(crate) fn of(code: &HuffmanCode) -> Self {
        Self(std::array::from_fn(|size| {
            let length = code.lengths[size];
            size as f32 + if length == 0 { 12.0 } else { f32::from(length) }
        }))
    }

    #[inline(always)]
    fn bits(&self, difference: i32) -> f32 {
        self.0[category(difference) as usize & 15]
    }
}

/// A block's DC, and the bits that one squared step of error is worth.
pub(crate) type Wanted = (Mean, f32);

/// Chooses a level for each of the blocks, which come in scan order; so do the levels.
pub(crate) fn choose(
    instructions: Instructions,
    wanted: &[Wanted],
    rates: &DcRates,
    out: &mut Vec<i16>,
) {
    instructions.run(
        #[inline(always)]
        || {
            let mut came_from: Vec<[u8; STATES]> = Vec::with_capacity(wanted.len());
            let (mut costs, mut levels) = ([0.0, f32::INFINITY, f32::INFINITY], [0i32; STATES]);
            out.clear();
            for &(mean, price) in wanted {
                let nearest = mean.nearest();
                out.push(nearest);
                let next: [i32; STATES] =
                    std::array::from_fn(|s| (i32::from(nearest) + s as i32 - 1).clamp(-1024, 1023));
                let (mut next_costs, mut from) = ([f32::INFINITY; STATES], [0u8; STATES]);
                for (state, &level) in next.iter().enumerate() {
                    for (before, (&cost, &last)) in costs.iter().zip(&levels).enumerate() {
                        let total = cost + rates.bits(level - last);
                        if total < next_costs[state] {
                            (next_costs[state], from[state]) = (total, before as u8);
                        }
                    }
                    let error = mean.error(level as f32);
                    next_costs[state] += error * error * price;
                }
                came_from.push(from);
                // Costs stay small, so that a long picture loses no precision.
                let least = next_costs.iter().copied().fold(f32::INFINITY, f32::min);
                (costs, levels) = (next_costs.map(|cost| cost - least), next);
            }
            let mut state =
                (0..STATES).fold(0, |best, s| if costs[s] < costs[best] { s } else { best });
            for (level, from) in out.iter_mut().zip(&came_from).rev() {
                *level = (*level + state as i16 - 1).clamp(-1024, 1023);
                state = usize::from(from[state]);
            }
        },
    );
}
