//! Bytes between the last code of a scan and the marker after it.

/// Most bytes of padding that can be zeros and ones by turns. Much more than encoders write, and less
/// than what is left over when codes are wrong.
const MIXED: usize = 16;

/// Counts bytes that may be padding.
#[derive(Default)]
pub(crate) struct Padding {
    zeros: usize,
    ones: usize,
}

impl Padding {
    /// Counts a byte; false if it is no padding.
    pub(crate) fn takes(&mut self, byte: u8) -> bool {
        match byte {
            0x00 => self.zeros += 1,
            0xFF => self.ones += 1,
            _ => return false,
        }
        true
    }

    /// Whether encoders write such padding.
    pub(crate) fn is_usual(&self) -> bool {
        self.zeros == 0 || self.ones == 0 || self.zeros + self.ones <= MIXED
    }
}
