//! Writes transformed blocks into a plane.

use super::idct::{self, Block};
use super::plan::ComponentPlan;

/// A plane being filled.
#[derive(Debug)]
pub(crate) struct PlaneWriter<'p> {
    samples: &'p mut [u8],
    width: usize,
    n: usize,
    /// Blocks written so far.
    pub(crate) written: usize,
}

impl<'p> PlaneWriter<'p> {
    pub(crate) fn new(plan: &ComponentPlan, samples: &'p mut [u8]) -> Self {
        Self { samples, width: plan.width(), n: plan.n, written: 0 }
    }

    /// Transforms the block and writes it at this block column and row of the plane; the block is all zeros afterwards.
    /// `last` is the last zigzag index that may not be zero.
    #[inline(always)]
    pub(crate) fn write(&mut self, block: &mut Block, last: u32, column: u32, row: u32) {
        let start = (row as usize * self.width + column as usize) * self.n;
        if let Some(out) = self.samples.get_mut(start..) {
            idct::inverse(self.n, block, last, out, self.width);
            self.written += 1;
        }
    }
}
