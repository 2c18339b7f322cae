//! The coefficients of a progressive picture while its scans come in: only the needed ones of the needed blocks.

use super::blocks::PlaneWriter;
use super::idct::{BLOCK, Block};
use super::plan::ComponentPlan;
use super::tables::{Quantisation, slots};

/// One component's coefficients.
#[derive(Debug)]
pub(crate) struct Coefficients {
    n: usize,
    /// Needed blocks across.
    wide: usize,
    /// `n`×`n` values for each needed block, not yet multiplied by their steps.
    values: Vec<i16>,
    /// Blocks across in the whole component.
    all_wide: usize,
    /// For each block down to the last needed row, which coefficients are not zero. Empty when no refinement asks.
    history: Vec<u64>,
}

impl Coefficients {
    pub(crate) fn new(plan: &ComponentPlan, history: bool) -> Self {
        let rows = if history { plan.needed.y.end as usize } else { 0 };
        Self {
            n: plan.n,
            wide: plan.needed.x.len() as usize,
            values: vec![0; plan.needed_blocks() * plan.n * plan.n],
            all_wide: plan.blocks.0 as usize,
            history: vec![0; plan.blocks.0 as usize * rows],
        }
    }

    /// The values of a needed block, by column and row among the needed.
    #[inline(always)]
    pub(crate) fn block(&mut self, column: u32, row: u32) -> &mut [i16] {
        let size = self.n * self.n;
        let start = (row as usize * self.wide + column as usize) * size;
        self.values.get_mut(start..start + size).unwrap_or_default()
    }

    /// Which coefficients of a block are not zero, by column and row in the component.
    #[inline(always)]
    pub(crate) fn history(&mut self, column: u32, row: u32) -> Option<&mut u64> {
        self.history.get_mut(row as usize * self.all_wide + column as usize)
    }

    /// Transforms everything.
    pub(crate) fn finish(&mut self, steps: &Quantisation, writer: &mut PlaneWriter<'_>) {
        let slots = slots(self.n, steps);
        let mut natural_steps = [0_i32; 64];
        for slot in slots.iter().filter(|slot| **slot & 0x7F < 64) {
            natural_steps[(slot & 63) as usize] = (slot >> 16) as i32;
        }
        let (n, wide) = (self.n, self.wide.max(1));
        let mut block: Block = [0; BLOCK];
        for (at, values) in self.values.chunks_exact(n * n).enumerate() {
            let last = u32::from(values.iter().skip(1).any(|&value| value != 0)) * 63;
            let rows = block.chunks_exact_mut(8).zip(natural_steps.chunks_exact(8)).zip(values.chunks_exact(n));
            for ((to, steps), from) in rows {
                for ((to, &step), &value) in to.iter_mut().zip(steps).zip(from) {
                    *to = i32::from(value).wrapping_mul(step) as i16;
                }
            }
            writer.write(&mut block, last, (at % wide) as u32, (at / wide) as u32);
        }
    }
}
