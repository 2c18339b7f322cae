//! Reads the bits of a parameter set.

/// Bits of a unit without emulation prevention; `None` past its end.
pub(super) struct Bits {
    bytes: Vec<u8>,
    at: usize,
}

impl Bits {
    /// The content of a unit after its header. A 3 after two zeros is there only to avoid start codes.
    pub(super) fn of_unit(unit: &[u8]) -> Option<Self> {
        let mut bytes = Vec::with_capacity(unit.len());
        for &byte in unit.get(2..)? {
            if byte != 3 || !bytes.ends_with(&[0, 0]) {
                bytes.push(byte);
            }
        }
        Some(Self { bytes, at: 0 })
    }

    pub(super) fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count);
    }

    pub(super) fn flag(&mut self) -> Option<bool> {
        Some(self.take(1)? == 1)
    }

    pub(super) fn take(&mut self, count: usize) -> Option<u64> {
        let mut value = 0;
        for _ in 0..count {
            let byte = self.bytes.get(self.at / 8)?;
            value = value << 1 | u64::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }

    /// An unsigned number (section 9.2).
    pub(super) fn exp_golomb(&mut self) -> Option<u64> {
        let mut zeros = 0;
        while self.take(1)? == 0 {
            zeros += 1;
        }
        let rest = self.take(zeros).filter(|_| zeros <= 32)?;
        Some((1 << zeros) - 1 + rest)
    }

    /// The number of the next bit.
    pub(super) fn place(&self) -> usize {
        self.at
    }

    /// The bits with these numbers; none past the end.
    pub(super) fn part(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = bool> {
        range.map_while(|at| Some(self.bytes.get(at / 8)? >> (7 - at % 8) & 1 == 1))
    }

    /// The number of bits up to the last one that is set, which ends a unit.
    pub(super) fn length(&self) -> usize {
        let mut bytes = self.bytes.iter().enumerate().rev();
        let last = bytes.find(|(_, byte)| **byte != 0);
        last.map_or(0, |(at, byte)| 8 * at + 8 - byte.trailing_zeros() as usize)
    }
}

/// A unit of these bits with the header of another, and with bytes that avoid start codes.
pub(super) fn packed(unit: &[u8], bits: &[bool]) -> Vec<u8> {
    let mut bytes: Vec<u8> = unit.iter().take(2).copied().collect();
    let mut zeros = 0;
    for bits in bits.chunks(8) {
        let set = |(at, &bit): (usize, &bool)| u8::from(bit) << (7 - at);
        let byte = bits.iter().enumerate().map(set).sum();
        if zeros >= 2 && byte <= 3 {
            bytes.push(3);
            zeros = 0;
        }
        bytes.push(byte);
        zeros = if byte == 0 { zeros + 1 } else { 0 };
    }
    bytes
}
