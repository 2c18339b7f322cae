//! A block's DC in steps, and the levels that reproduce it without error.

use super::quantizer::Table;
use super::spectrum::{Block, ROUND};

/// Stored DC of a block that is all white, and of one that is all black: 8 · 127 and 8 · −128, scaled.
const WHITE: i16 = 8 * 127 * 16;
const BLACK: i16 = -8 * 128 * 16;

/// Levels from `low` to `high`, in steps, are exact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mean {
    low: f32,
    high: f32,
}

impl Mean {
    /// An all-white block may be coded as anything brighter than white, because the decoder clamps
    /// it; the same holds for black.
    #[inline(always)]
    pub(crate) fn of(block: &Block, table: &Table) -> Self {
        let value = f32::from(block[0]) * table.reciprocals[0];
        match block[0] {
            WHITE => Self {
                low: value,
                high: f32::INFINITY,
            },
            BLACK => Self {
                low: f32::NEG_INFINITY,
                high: value,
            },
            _ => Self {
                low: value,
                high: value,
            },
        }
    }

    /// The nearest level without error, or the nearest of all.
    #[inline(always)]
    pub(crate) fn nearest(self) -> i16 {
        let rounded = |value: f32| (value + ROUND).to_bits() as i16;
        let level = match (self.low.is_finite(), self.high.is_finite()) {
            (true, false) => rounded(self.low.ceil()),
            (false, true) => rounded(self.high.floor()),
            _ => rounded(self.low),
        };
        level.clamp(-1024, 1023)
    }

    /// How many steps a level is off.
    #[inline(always)]
    pub(crate) fn error(self, level: f32) -> f32 {
        (self.low - level).max(level - self.high).max(0.0)
    }
}
