//! What one look-up of the next bits of AC coefficients says.

/// Bits of one look-up of an AC code with its value.
pub(crate) const FAST: u32 = 11;

/// What the next bits of a band of AC coefficients mean.
///
/// Bits 0..=5: bits to take. Bits 8..=15: how far the zigzag index moves; past 63 for everything that is not a coefficient, so
/// that one comparison ends the hot loop. Bits 16..=31: the value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Step(u32);

impl Step {
    /// Advance at the end of a block.
    pub(crate) const END: u32 = 128;
    /// Advance if the look-up contains the code only: the value is the symbol, and its additional
    /// bits follow. If it takes no bits, the code itself is longer than the look-up.
    pub(crate) const PARTIAL: u32 = 192;

    pub(crate) fn new(taken: u32, advance: u32, value: i32) -> Self {
        Self((value as u32) << 16 | advance << 8 | taken)
    }

    #[inline(always)]
    pub(crate) fn taken(self) -> u32 {
        self.0 & 63
    }

    #[inline(always)]
    pub(crate) fn advance(self) -> u32 {
        self.0 >> 8 & 0xFF
    }

    #[inline(always)]
    pub(crate) fn value(self) -> i32 {
        self.0 as i32 >> 16
    }

    /// The end of the block.
    #[inline(always)]
    pub(crate) fn is_end(self) -> bool {
        self.advance() == Self::END
    }
}

/// Entries for all possible next bits.
pub(crate) type Steps = [Step; 1 << FAST];
