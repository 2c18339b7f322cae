//! Numbers that are the same in each run, for the writer and its generated tables.

/// A deterministic generator of numbers (xorshift64*).
pub struct Random(pub u64);

impl Random {
    /// The next number, of 64 bits.
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number from 0 to `n` - 1.
    pub fn below(&mut self, n: u64) -> u64 {
        (self.number() >> 33) % n
    }
}
