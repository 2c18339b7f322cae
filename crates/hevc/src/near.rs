//! What is known around a block within its coding tree block.

use crate::intra::DC;

/// What is known around the current block, in units of 4 luma samples and relative to its coding tree block.
pub(crate) struct Tree {
    /// Luma coordinates of the coding tree block.
    pub(crate) x: usize,
    pub(crate) y: usize,
    /// Which units are decoded, by row and by column. Bit and number 0 are those before the coding tree block.
    pub(crate) rows: [u64; 40],
    pub(crate) columns: [u64; 40],
    /// Modes of prediction on the left and above.
    pub(crate) left_modes: [u8; 16],
    pub(crate) above_modes: [u8; 16],
    /// Depths in the tree, and quantisers, by 8 samples.
    pub(crate) left_depths: [u8; 8],
    pub(crate) left_quantizers: [i8; 8],
    pub(crate) above_quantizers: [i8; 8],
}

impl Tree {
    pub(crate) fn new() -> Self {
        Self {
            x: 0,
            y: 0,
            rows: [0; 40],
            columns: [0; 40],
            left_modes: [DC; 16],
            above_modes: [DC; 16],
            left_depths: [0; 8],
            left_quantizers: [0; 8],
            above_quantizers: [0; 8],
        }
    }

    /// Marks a square of units as decoded.
    #[inline(always)]
    pub(crate) fn mark(&mut self, x: usize, y: usize, units: usize) {
        let mask = (1u64 << units) - 1;
        for row in &mut self.rows[y + 1..=y + units] {
            *row |= mask << (x + 1);
        }
        for column in &mut self.columns[x + 1..=x + units] {
            *column |= mask << (y + 1);
        }
    }

    /// Which samples around a block are available; `units` are the width and height of twice the block.
    #[inline(always)]
    pub(crate) fn around(&self, x: usize, y: usize, units: (usize, usize)) -> (u32, u32, bool) {
        let bits = |line: u64, from: usize, count: usize| {
            (line >> (from + 1)) as u32 & (((1u64 << count) - 1) as u32)
        };
        let row = self.rows[y];
        (
            bits(row, x, units.0),
            bits(self.columns[x], y, units.1),
            row >> x & 1 == 1,
        )
    }
}
