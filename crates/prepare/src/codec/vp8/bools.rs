//! The decoder of arithmetically coded bits (RFC 6386, section 7).

/// Reads bits with given chances from the bytes of a partition. Past their end it reads zeros, and
/// [`Bools::is_exhausted`] says so.
#[derive(Clone, Copy)]
pub(super) struct Bools<'a> {
    bytes: &'a [u8],
    /// Bytes that were taken into the window; beyond the length after the end.
    taken: usize,
    /// The next bits, from the highest on.
    window: u64,
    /// Bits in the window beyond the 8 that the next decision needs.
    spare: i32,
    range: u32,
}

impl<'a> Bools<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            taken: 0,
            window: 0,
            spare: -8,
            range: 255,
        }
    }

    /// Takes seven more bytes: more would not fit beside the bits that may be left.
    #[inline(always)]
    fn fill(&mut self) {
        let eight = self
            .bytes
            .get(self.taken..)
            .and_then(|rest| rest.first_chunk());
        let next = match eight {
            Some(eight) => u64::from_be_bytes(*eight) >> 8,
            None => self.last(),
        };
        self.window |= next << -self.spare;
        self.spare += 56;
        self.taken += 7;
    }

    /// Seven bytes near the end, with zeros for those that are missing.
    #[cold]
    fn last(&self) -> u64 {
        let rest = self.bytes.get(self.taken..).unwrap_or_default();
        let all = rest.iter().copied().chain(std::iter::repeat(0)).take(7);
        all.fold(0, |sum, byte| sum << 8 | u64::from(byte))
    }

    /// A bit that is 0 with a chance of `probability` in 256.
    #[inline(always)]
    pub(super) fn bit(&mut self, probability: u8) -> bool {
        if self.spare < 0 {
            self.fill();
        }
        let split = 1 + (((self.range - 1) * u32::from(probability)) >> 8);
        let bar = u64::from(split) << 56;
        let is_one = self.window >= bar;
        if is_one {
            self.range -= split;
            self.window -= bar;
        } else {
            self.range = split;
        }
        // The range has 8 bits again afterwards; it is never 0, which the compiler does not know.
        let shift = (self.range | 1).leading_zeros() - 24;
        self.range <<= shift;
        self.window <<= shift;
        self.spare -= shift as i32;
        is_one
    }

    pub(super) fn flag(&mut self) -> bool {
        self.bit(128)
    }

    /// A number of so many bits, the highest first.
    pub(super) fn number(&mut self, bits: u32) -> i32 {
        (0..bits).fold(0, |sum, _| sum << 1 | i32::from(self.flag()))
    }

    /// A flag, and if it is set, a number and its sign; otherwise `None`.
    pub(super) fn signed(&mut self, bits: u32) -> Option<i32> {
        self.flag().then(|| {
            let number = self.number(bits);
            if self.flag() { -number } else { number }
        })
    }

    /// Whether more bits were used than there are. Encoders may leave out a last byte of zeros.
    pub(super) fn is_exhausted(&self) -> bool {
        let used = 8 * self.taken as i64 - 8 - i64::from(self.spare);
        used > 8 * self.bytes.len() as i64 + 7
    }
}
