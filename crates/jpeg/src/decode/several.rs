//! A look-up table for several symbols of a progressive scan at once. Most of them are a run of
//! zeros and a coefficient that is 1 or -1 at the scan's bit position.

use super::step::{FAST, Steps};

/// Most zigzag indices that one look-up moves, so that masks of them fit into an entry.
const SPAN: u32 = 10;

/// What the next bits say, as far as they are such symbols, or the end of the block.
///
/// Bits 0..=3: bits to take; 0 if there is no such symbol. Bit 4: whether the block ends. Bits 8..=11: how far the zigzag
/// index moves. Bits 12..=21: which of the indices passed have coefficients. Bits 22..=31: which of these are negative.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Several(u32);

impl Several {
    #[inline(always)]
    pub(crate) fn taken(self) -> u32 {
        self.0 & 15
    }

    /// 1 if the block ends, else 0.
    #[inline(always)]
    pub(crate) fn ends(self) -> u32 {
        self.0 >> 4 & 1
    }

    #[inline(always)]
    pub(crate) fn advance(self) -> u32 {
        self.0 >> 8 & 15
    }

    #[inline(always)]
    pub(crate) fn fresh(self) -> u64 {
        u64::from(self.0 >> 12 & ((1 << SPAN) - 1))
    }

    #[inline(always)]
    pub(crate) fn negative(self) -> u64 {
        u64::from(self.0 >> 22)
    }

    /// One bit for each zigzag index that is passed.
    #[inline(always)]
    pub(crate) fn passed(self) -> u64 {
        (1 << self.advance()) - 1
    }
}

/// Entries for all possible next bits.
pub(crate) type Severals = [Several; 1 << FAST];

/// Joins steps of one symbol each.
pub(crate) fn join(steps: &Steps) -> Box<Severals> {
    Box::new(std::array::from_fn(|bits| entry(steps, bits)))
}

fn entry(steps: &Steps, bits: usize) -> Several {
    let (mut taken, mut advance, mut ends) = (0, 0, 0);
    let (mut fresh, mut negative) = (0_u32, 0_u32);
    while ends == 0 {
        // Zeros follow the known bits; a step that takes any of them is not used.
        let step = steps[(bits << taken) & ((1 << FAST) - 1)];
        let is_one = matches!(step.value(), -1 | 1) && advance + step.advance() <= SPAN;
        if step.taken() == 0 || taken + step.taken() > FAST || !(is_one || step.is_end()) {
            break;
        }
        taken += step.taken();
        if step.is_end() {
            ends = 1;
        } else {
            advance += step.advance();
            fresh |= 1 << (advance - 1);
            negative |= u32::from(step.value() < 0) << (advance - 1);
        }
    }
    Several(negative << 22 | fresh << 12 | advance << 8 | ends << 4 | taken)
}
