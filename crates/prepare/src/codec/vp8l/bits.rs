//! The bits of a frame, the lowest of each byte first (RFC 9649, section 3.3).

/// Reads bits; beyond the end they are zero, and [`Bits::is_over`] says so.
#[derive(Clone, Copy)]
pub(super) struct Bits<'a> {
    data: &'a [u8],
    /// The next byte, which lies beyond the end if zeros were filled in.
    at: usize,
    buffer: u64,
    /// Bits in the buffer that count. Those above them may be set already.
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self {
            data,
            at: 0,
            buffer: 0,
            count: 0,
        }
    }

    /// Makes sure that at least 56 bits can be taken.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        match self.data.get(self.at..).and_then(<[u8]>::first_chunk) {
            Some(bytes) => {
                self.buffer |= u64::from_le_bytes(*bytes) << self.count;
                self.at += ((63 - self.count) / 8) as usize;
                self.count |= 56;
            }
            None => self.refill_at_the_end(),
        }
    }

    #[cold]
    fn refill_at_the_end(&mut self) {
        // What was read ahead above the bits that count would be added twice.
        self.buffer &= (1u64 << self.count) - 1;
        while self.count < 56 {
            let byte = self.data.get(self.at).copied().unwrap_or(0);
            self.buffer |= u64::from(byte) << self.count;
            self.at += 1;
            self.count += 8;
        }
    }

    /// The next bits, of which those count that were refilled.
    #[inline(always)]
    pub(super) fn peek(&self) -> u64 {
        self.buffer
    }

    /// Takes bits that were refilled.
    #[inline(always)]
    pub(super) fn skip(&mut self, count: u32) {
        self.buffer >>= count & 63;
        self.count = self.count.wrapping_sub(count);
    }

    /// Takes at most 32 bits that were refilled, as a number.
    #[inline(always)]
    pub(super) fn take(&mut self, count: u32) -> u32 {
        let number = self.buffer & ((1u64 << count) - 1);
        self.skip(count);
        number as u32
    }

    /// Reads a number of at most 32 bits.
    pub(super) fn read(&mut self, count: u32) -> u32 {
        self.refill();
        self.take(count)
    }

    pub(super) fn flag(&mut self) -> bool {
        self.read(1) == 1
    }

    /// Whether more bits were taken than there are.
    #[inline(always)]
    pub(super) fn is_over(&self) -> bool {
        self.at > self.data.len() && 8 * (self.at - self.data.len()) > self.count as usize
    }

    /// Whole bytes that were not touched.
    pub(super) fn rest(&self) -> usize {
        let read = self.at.saturating_sub(self.count as usize / 8);
        self.data.len().saturating_sub(read)
    }
}
