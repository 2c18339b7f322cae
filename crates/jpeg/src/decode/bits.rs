//! Reads entropy-coded data bit by bit, without byte stuffing, up to the next marker.
//!
//! A window of the data is kept without its stuffing, so that the hot loops load eight bytes at a
//! time and never look for `0xFF`. Only [`BitReader::prepare`] checks for the end of the window: it
//! guarantees enough data for one block.

use super::data::Data;
use super::padding::Padding;
use crate::marker;

/// Most bytes that a block takes: 64 coefficients of a 16-bit code and 15 more bits, plus 8 bytes
/// read ahead, rounded up.
const BLOCK_BYTES: usize = 272;
/// Unstuffed bytes in memory at a time; small enough to stay in the cache.
const WINDOW: usize = 16 << 10;
/// How far it is filled: a block that begins below ends below `WINDOW`.
const FILL: usize = WINDOW - 2 * BLOCK_BYTES;
/// The window and the zeros that follow the last byte.
pub(crate) type Window = [u8; WINDOW + BLOCK_BYTES];

/// A window for a [`BitReader`].
pub(crate) fn new_window() -> Box<Window> {
    Box::new([0; WINDOW + BLOCK_BYTES])
}

/// The data contradicts the tables; what follows in this restart interval is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Damaged;

/// The position inside the window. Hot loops work on a copy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor {
    /// The next bits, left aligned; more of the same data can follow after the valid ones.
    acc: u64,
    /// How many bits of `acc` are valid.
    count: u32,
    /// The window byte that is loaded next.
    at: usize,
}

impl Cursor {
    /// Makes at least 56 bits valid.
    #[inline(always)]
    pub(crate) fn refill(&mut self, window: &Window) {
        // The mask only lets the compiler leave out the bounds check.
        let at = self.at & (WINDOW - 1);
        let bytes = window[at..at + 8]
            .first_chunk()
            .copied()
            .unwrap_or_default();
        self.acc |= u64::from_be_bytes(bytes) >> (self.count & 63);
        self.at += ((63 - self.count) >> 3) as usize;
        self.count |= 56;
    }

    /// The next `n` bits, 1..=32, without taking them.
    #[inline(always)]
    pub(crate) fn peek(&self, n: u32) -> usize {
        (self.acc >> (64 - n)) as usize
    }

    /// Takes `n` bits, 0..=63; they must be valid.
    #[inline(always)]
    pub(crate) fn consume(&mut self, n: u32) {
        self.acc <<= n & 63;
        self.count = self.count.wrapping_sub(n & 63);
    }

    /// Takes `n` bits, 0..=32, which must be valid, as a number.
    #[inline(always)]
    pub(crate) fn take(&mut self, n: u32) -> u32 {
        let value = (self.acc >> 1 >> (63 - (n & 63))) as u32;
        self.consume(n);
        value
    }
}

/// Entropy-coded data between two markers.
pub(crate) struct BitReader<'a, 'w> {
    data: Data<'a>,
    /// The next byte of `data` that is not yet in the window; at a marker once `ended`.
    raw: usize,
    pub(crate) window: &'w mut Window,
    /// The end of the bytes in the window.
    end: usize,
    /// Whether the window holds everything up to the next marker.
    ended: bool,
    /// After this position, the window may not contain a whole block.
    low_water: usize,
    pub(crate) cursor: Cursor,
}

/// Bytes kept before the cursor, so that the bits it holds can be counted back.
const BEFORE: usize = 8;

impl<'a, 'w> BitReader<'a, 'w> {
    /// Reads from the offset.
    pub(crate) fn new(data: Data<'a>, from: usize, window: &'w mut Window) -> Self {
        let cursor = Cursor {
            acc: 0,
            count: 0,
            at: BEFORE,
        };
        let mut reader = Self {
            data,
            raw: from,
            window,
            end: BEFORE,
            ended: false,
            low_water: 0,
            cursor,
        };
        reader.start(from);
        reader
    }

    /// Starts again at the offset, which follows a marker.
    pub(crate) fn start(&mut self, from: usize) {
        self.raw = from;
        self.end = BEFORE;
        self.ended = false;
        self.low_water = 0;
        self.cursor = Cursor {
            acc: 0,
            count: 0,
            at: BEFORE,
        };
    }

    /// Guarantees that the window contains a whole block, followed by zeros if the data ends.
    #[inline(always)]
    pub(crate) fn prepare(&mut self) {
        if self.cursor.at > self.low_water {
            self.top_up();
        }
    }

    /// The same for a loop that works on a copy of the cursor.
    #[inline(always)]
    pub(crate) fn prepare_at(&mut self, cursor: &mut Cursor) {
        if cursor.at > self.low_water {
            self.cursor = *cursor;
            self.top_up();
            *cursor = self.cursor;
        }
    }

    /// Whether no more bits were taken than there are.
    #[inline(always)]
    pub(crate) fn check(&self) -> Result<(), Damaged> {
        self.check_at(&self.cursor)
    }

    /// The same for a copy of the cursor.
    #[inline(always)]
    pub(crate) fn check_at(&self, cursor: &Cursor) -> Result<(), Damaged> {
        if cursor.at * 8 > self.end * 8 + cursor.count as usize {
            Err(Damaged)
        } else {
            Ok(())
        }
    }

    /// Whether everything up to the next marker was taken, padding aside.
    pub(crate) fn exhausted(&self) -> bool {
        let left = (self.end * 8 + self.cursor.count as usize).saturating_sub(self.cursor.at * 8);
        self.ended && left < 8
    }

    /// Whether only padding is left before the marker that ends the scan. Some encoders end with a
    /// whole byte of ones even if none is needed, and cameras fill up with zeros or ones.
    pub(crate) fn ends_in_padding(&mut self) -> bool {
        if self.exhausted() {
            return true;
        }
        let Cursor { acc, count, at } = self.cursor;
        let left = (self.end * 8 + count as usize).saturating_sub(at * 8);
        // What is left of the current byte is padding of its own.
        let loaded = (acc << (count % 8)).to_be_bytes();
        let loaded = loaded.get(..(count as usize / 8).min(left / 8));
        let window = self.window.get(at..self.end);
        let mut padding = Padding::default();
        let known = [loaded, window].into_iter().flatten().flatten();
        if !known.copied().all(|byte| padding.takes(byte)) {
            return false;
        }
        let mut raw = self.raw;
        loop {
            let (byte, length) = match self.data.from(raw, 2) {
                [0xFF, 0x00, ..] => (0xFF, 2),
                [0xFF, 0xFF, ..] => (0xFF, 1),
                [0xFF, ..] | [] => break,
                [byte, ..] => (*byte, 1),
            };
            if !padding.takes(byte) {
                return false;
            }
            raw += length;
        }
        // Without a marker, zeros are what a copy that broke off left.
        let is_marked = self.data.from(raw, 2).len() > 1;
        is_marked && padding.is_usual()
    }

    /// The next 32 bits, with zeros in place of those that are missing; `None` if all are.
    pub(crate) fn take_32(&mut self) -> Option<u32> {
        self.prepare();
        if self.ended && self.cursor.at * 8 >= self.end * 8 + self.cursor.count as usize {
            return None;
        }
        self.cursor.refill(self.window);
        Some(self.cursor.take(32))
    }

    /// Whether the data ends with a marker that can follow entropy-coded data. Other markers are damage.
    pub(crate) fn is_at_known_marker(&mut self) -> bool {
        let next = self.data.from(self.raw + 1, 1).first();
        next.is_some_and(|&code| {
            marker::is_restart(code)
                || (marker::EOI..=marker::DRI).contains(&code)
                || matches!(code, marker::DHT | marker::DAC | marker::COM)
                || (marker::APP0..=marker::APP15).contains(&code)
        })
    }

    /// Whether the data ends with the file, without a marker.
    pub(crate) fn is_at_file_end(&self) -> bool {
        self.raw >= self.data.length()
    }

    /// Offset from which to look for the marker that ends this data.
    pub(crate) fn marker_from(&self) -> usize {
        self.raw
    }

    #[cold]
    #[inline(never)]
    fn top_up(&mut self) {
        if self.ended {
            return;
        }
        let at = self.cursor.at.min(self.end);
        self.window.copy_within(at..self.end, BEFORE);
        self.end = self.end - at + BEFORE;
        self.cursor.at = BEFORE;
        self.unstuff();
        if self.ended {
            self.low_water = usize::MAX;
            if let Some(zeros) = self.window.get_mut(self.end..self.end + BLOCK_BYTES) {
                zeros.fill(0);
            }
        } else {
            self.low_water = self.end.saturating_sub(BLOCK_BYTES);
        }
    }

    /// Fills the window up to the next marker.
    fn unstuff(&mut self) {
        let length = self.data.length();
        while self.end < FILL {
            // With two bytes, it is known what an 0xFF means.
            let bytes = self.data.from(self.raw, 2);
            let rest = bytes.get(..FILL - self.end).unwrap_or(bytes);
            let plain = memchr::memchr(0xFF, rest).unwrap_or(rest.len());
            let to = self.window.get_mut(self.end..self.end + plain);
            if let (Some(from), Some(to)) = (bytes.get(..plain), to) {
                to.copy_from_slice(from);
            }
            self.raw += plain;
            self.end += plain;
            if plain == rest.len() {
                if plain == 0 || self.raw >= length {
                    self.ended = true;
                    return;
                }
                continue;
            }
            match bytes.get(plain + 1) {
                Some(0x00) => {
                    if let Some(to) = self.window.get_mut(self.end) {
                        *to = 0xFF;
                    }
                    self.raw += 2;
                    self.end += 1;
                }
                Some(0xFF) => self.raw += 1,
                // The last byte at hand, but not of the data.
                None if plain > 0 => {}
                Some(_) | None => {
                    self.ended = true;
                    return;
                }
            }
        }
    }

    /// Offset and code of the next marker, skipping what is left of this data.
    pub(crate) fn next_marker(&mut self, from: usize) -> Option<(usize, u8)> {
        self.data.find_marker(from)
    }
}
