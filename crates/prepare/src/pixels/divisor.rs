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

/// A divisor of numbers of 16 bits: only multiplications of 16 bits, of which processors do eight or more at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NarrowDivisor {
    half: u16,
    reciprocal: u16,
    shift: u32,
}

impl NarrowDivisor {
    /// `None` unless all numbers up to `highest` are divided exactly.
    pub(crate) fn new(by: u64, highest: u64) -> Option<Self> {
        let shift = by.checked_sub(1)?.checked_ilog2()?;
        let scale = 1u64 << (16 + shift);
        let reciprocal = scale.div_ceil(by);
        let half = by / 2;
        // The reciprocal is too large by error / by: that must not reach the next whole number.
        let error = reciprocal * by - scale;
        let number = highest.checked_add(half)?;
        let is_exact = number <= u16::MAX.into() && number * error < scale;
        Some(Self {
            half: half.try_into().ok()?,
            reciprocal: reciprocal.try_into().ok().filter(|_| is_exact)?,
            shift,
        })
    }

    /// The nearest whole quotient; halves are rounded up. The number is at most `highest`.
    #[inline]
    fn nearest(self, number: u16) -> u16 {
        let product = u32::from(number.wrapping_add(self.half)) * u32::from(self.reciprocal);
        (product >> 16) as u16 >> self.shift
    }

    /// Replaces each number by the nearest whole quotient.
    #[inline]
    pub(crate) fn divide(self, numbers: &mut [u16]) {
        // A power of two: the reciprocal is one too.
        if self.reciprocal.is_power_of_two() {
            let shift = 16 - self.reciprocal.trailing_zeros() + self.shift;
            numbers
                .iter_mut()
                .for_each(|it| *it = it.wrapping_add(self.half) >> shift);
            return;
        }
        numbers.iter_mut().for_each(|it| *it = self.nearest(*it));
    }
}
