//! Divides many numbers by one, with a multiplication where that is exact.

/// A divisor with its reciprocal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Divisor {
    by: u64,
    reciprocal: u64,
    /// Numbers below this are divided exactly: the reciprocal is too large by less than one in its
    /// last place.
    pub(crate) exact: u64,
}

impl Divisor {
    const BITS: u32 = 47;

    pub(crate) fn new(by: u64) -> Self {
        let by = by.max(1);
        let reciprocal = (1u64 << Self::BITS).div_ceil(by);
        Self {
            by,
            reciprocal,
            exact: ((1u64 << Self::BITS) / by).min(u64::MAX / reciprocal),
        }
    }

    /// The nearest whole quotient; halves are rounded up.
    pub(crate) fn nearest(self, number: u64) -> u64 {
        let number = number + self.by / 2;
        match number < self.exact {
            true => (number * self.reciprocal) >> Self::BITS,
            false => number / self.by,
        }
    }
}
