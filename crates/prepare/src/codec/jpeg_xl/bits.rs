//! Reads the fields of JPEG XL headers: bits from the lowest of each byte on (ISO/IEC 18181-1, annex B).

/// A reader that stands at a bit of a codestream. Every read gives `None` where the bytes end.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// How a field with four forms is stored: so many bits, added to an offset. No bits are a constant.
pub(super) type Forms = [(u32, u32); 4];

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// At most 32 bits, as a number.
    pub(super) fn number(&mut self, count: u32) -> Option<u32> {
        let mut number = 0;
        for place in 0..count.min(32) {
            let byte = *self.bytes.get(self.at / 8)?;
            number |= u32::from(byte >> (self.at % 8) & 1) << place;
            self.at += 1;
        }
        Some(number)
    }

    pub(super) fn flag(&mut self) -> Option<bool> {
        Some(self.number(1)? == 1)
    }

    /// A number in one of four forms (`U32`), which two bits choose.
    pub(super) fn formed(&mut self, forms: Forms) -> Option<u32> {
        let choice = self.number(2)? as usize;
        let &(bits, offset) = forms.get(choice)?;
        self.number(bits)?.checked_add(offset)
    }

    /// A number of variable length (`U64`); `None` also if it has more than 32 bits, which no header needs that is
    /// read here.
    pub(super) fn long(&mut self) -> Option<u32> {
        match self.number(2)? {
            0 => Some(0),
            1 => Some(1 + self.number(4)?),
            2 => Some(17 + self.number(8)?),
            _ => {
                let mut number = self.number(12)?;
                let mut place = 12;
                while self.flag()? {
                    let more = self.number(8)?;
                    number |= more.checked_shl(place).filter(|it| it >> place == more)?;
                    place += 8;
                }
                Some(number)
            }
        }
    }

    /// Skips to the next whole byte.
    pub(super) fn align(&mut self) {
        self.at = self.at.next_multiple_of(8);
    }

    /// Bytes read so far, the last one perhaps in part.
    pub(super) fn bytes_read(&self) -> usize {
        self.at.div_ceil(8)
    }
}
