//! The entropy-coded bit stream: most significant bit first, a zero byte after every `FF` (T.81, F.1.2.3).

/// Appends bits to a byte vector and counts the zero bytes it had to stuff.
pub(crate) struct BitWriter<'a> {
    out: &'a mut Vec<u8>,
    held: u64,
    free: u32,
    stuffed: usize,
}

impl<'a> BitWriter<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        Self {
            out,
            held: 0,
            free: 64,
            stuffed: 0,
        }
    }

    /// Appends the low `count` bits of `bits`, which has no bits above them; `count` is at most 32.
    #[inline(always)]
    pub(crate) fn put(&mut self, bits: u32, count: u32) {
        if count < self.free {
            self.held = (self.held << count) | u64::from(bits);
            self.free -= count;
            return;
        }
        let over = count - self.free;
        let word = shift_left(self.held, self.free) | (u64::from(bits) >> over);
        self.emit(word);
        self.held = u64::from(bits) & ((1 << over) - 1);
        self.free = 64 - over;
    }

    #[inline(always)]
    fn emit(&mut self, word: u64) {
        let bytes = word.to_be_bytes();
        // A byte is FF where its complement is zero: the classic zero-byte test.
        let inverted = !word;
        let ones = 0x0101_0101_0101_0101;
        if inverted.wrapping_sub(ones) & !inverted & (ones << 7) == 0 {
            self.out.extend_from_slice(&bytes);
        } else {
            bytes.into_iter().for_each(|byte| self.push(byte));
        }
    }

    fn push(&mut self, byte: u8) {
        self.out.push(byte);
        if byte == 0xFF {
            self.out.push(0);
            self.stuffed += 1;
        }
    }

    /// Pads the last byte with ones and returns how many zero bytes were stuffed in all.
    pub(crate) fn finish(mut self) -> usize {
        let used = 64 - self.free;
        let padding = (8 - used % 8) % 8;
        self.put((1 << padding) - 1, padding);
        let used = 64 - self.free;
        let word = shift_left(self.held, self.free);
        for byte in word.to_be_bytes().into_iter().take(used as usize / 8) {
            self.push(byte);
        }
        self.stuffed
    }
}

/// `value << count` that is zero for a whole word's shift.
#[inline(always)]
fn shift_left(value: u64, count: u32) -> u64 {
    value.checked_shl(count).unwrap_or(0)
}
