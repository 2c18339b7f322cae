//! The arithmetic decoder (clause 9.3.4.3).

/// Where the offset of nine bits is in the window. One bit above it is free for bypass decoding, which doubles it.
const SHIFT: u32 = 54;

/// Zeros after the data of a slice, so that the window can be filled with eight bytes at once.
pub(crate) const PADDING: usize = 16;

/// Table 9-52: the range of the less probable symbol by state and quarter of the range.
const RANGES: [[u8; 4]; 64] = [
    [128, 176, 208, 240],
    [128, 167, 197, 227],
    [128, 158, 187, 216],
    [123, 150, 178, 205],
    [116, 142, 169, 195],
    [111, 135, 160, 185],
    [105, 128, 152, 175],
    [100, 122, 144, 166],
    [95, 116, 137, 158],
    [90, 110, 130, 150],
    [85, 104, 123, 142],
    [81, 99, 117, 135],
    [77, 94, 111, 128],
    [73, 89, 105, 122],
    [69, 85, 100, 116],
    [66, 80, 95, 110],
    [62, 76, 90, 104],
    [59, 72, 86, 99],
    [56, 69, 81, 94],
    [53, 65, 77, 89],
    [51, 62, 73, 85],
    [48, 59, 69, 80],
    [46, 56, 66, 76],
    [43, 53, 63, 72],
    [41, 50, 59, 69],
    [39, 48, 56, 65],
    [37, 45, 54, 62],
    [35, 43, 51, 59],
    [33, 41, 48, 56],
    [32, 39, 46, 53],
    [30, 37, 43, 50],
    [29, 35, 41, 48],
    [27, 33, 39, 45],
    [26, 31, 37, 43],
    [24, 30, 35, 41],
    [23, 28, 33, 39],
    [22, 27, 32, 37],
    [21, 26, 30, 35],
    [20, 24, 29, 33],
    [19, 23, 27, 31],
    [18, 22, 26, 30],
    [17, 21, 25, 28],
    [16, 20, 23, 27],
    [15, 19, 22, 25],
    [14, 18, 21, 24],
    [14, 17, 20, 23],
    [13, 16, 19, 22],
    [12, 15, 18, 21],
    [12, 14, 17, 20],
    [11, 14, 16, 19],
    [11, 13, 15, 18],
    [10, 12, 15, 17],
    [10, 12, 14, 16],
    [9, 11, 13, 15],
    [9, 11, 12, 14],
    [8, 10, 12, 14],
    [8, 9, 11, 13],
    [7, 9, 11, 12],
    [7, 9, 10, 12],
    [7, 8, 10, 11],
    [6, 8, 9, 11],
    [6, 7, 9, 10],
    [6, 7, 8, 9],
    [2, 2, 2, 2],
];

/// Table 9-53: the state after the less probable symbol.
const AFTER_LESS: [u8; 64] = [
    0, 0, 1, 2, 2, 4, 4, 5, 6, 7, 8, 9, 9, 11, 11, 12, 13, 13, 15, 15, 16, 16, 18, 18, 19, 19, 21,
    21, 22, 22, 23, 24, 24, 25, 26, 26, 27, 27, 28, 29, 29, 30, 30, 30, 31, 32, 32, 33, 33, 33, 34,
    34, 35, 35, 35, 36, 36, 36, 37, 37, 37, 38, 38, 63,
];

/// By context, which is twice the state plus the more probable symbol: the four ranges of the less probable symbol,
/// then the context after the more probable one, and after the less probable one.
static STATES: [u64; 128] = {
    let mut all = [0; 128];
    let mut context = 0;
    while context < 128 {
        let (state, symbol) = (context / 2, context as u64 % 2);
        let more = if state < 62 { state + 1 } else { state } as u64;
        let flipped = if state == 0 { 1 - symbol } else { symbol };
        let [a, b, c, d] = RANGES[state];
        let ranges = a as u64 | (b as u64) << 8 | (c as u64) << 16 | (d as u64) << 24;
        let after = (more * 2 + symbol) | (AFTER_LESS[state] as u64 * 2 + flipped) << 8;
        all[context] = ranges | after << 32;
        context += 1;
    }
    all
};

/// The contexts of all syntax elements.
pub(crate) type Contexts = [u8; 256];

/// The arithmetic decoder. Past the end of the data it reads zeros and says so at the end of a slice.
#[derive(Clone, Copy)]
pub(crate) struct Cabac<'a> {
    data: &'a [u8],
    window: u64,
    range: u32,
    /// Bits in the window below the offset.
    spare: i32,
    /// Bytes that are in the window or were.
    at: usize,
}

impl<'a> Cabac<'a> {
    /// Starts at a byte of the data, which ends with [`PADDING`].
    pub(crate) fn new(data: &'a [u8], at: usize) -> Self {
        let mut new = Self {
            data,
            window: 0,
            range: 510,
            spare: -9,
            at,
        };
        new.fill();
        new
    }

    #[inline(always)]
    fn fill(&mut self) {
        let next = self
            .data
            .get(self.at..)
            .and_then(|rest| rest.first_chunk::<8>());
        let next = next.map_or(0, |bytes| u64::from_be_bytes(*bytes));
        // Bits of a byte that does not fit whole are added again by the next call, with the same values.
        let used = (9 + self.spare) as u32;
        self.window |= next >> 1 >> used;
        let bytes = (63 - used) / 8;
        self.at += bytes as usize;
        self.spare += 8 * bytes as i32;
    }

    /// A bit with a context (clause 9.3.4.3.2).
    #[inline(always)]
    pub(crate) fn decision(&mut self, contexts: &mut Contexts, context: u8) -> u32 {
        let context = &mut contexts[usize::from(context)];
        let state = STATES[usize::from(*context & 127)];
        let less = (state as u32) >> (self.range >> 3 & 24) & 255;
        let more = self.range - less;
        let bound = u64::from(more) << SHIFT;
        let is_less = self.window >= bound;
        let bit = u32::from(*context & 1) ^ u32::from(is_less);
        self.window -= if is_less { bound } else { 0 };
        let range = if is_less { less } else { more };
        *context = (state >> if is_less { 40 } else { 32 }) as u8;
        let shift = range.leading_zeros() - 23;
        self.range = range << shift;
        self.window <<= shift;
        self.spare -= shift as i32;
        if self.spare < 0 {
            self.fill();
        }
        bit
    }

    #[inline(always)]
    pub(crate) fn flag(&mut self, contexts: &mut Contexts, context: u8) -> bool {
        self.decision(contexts, context) == 1
    }

    /// Up to 16 bits without contexts (clause 9.3.4.3.4): the digits of a quotient.
    #[inline(always)]
    pub(crate) fn bypass(&mut self, count: u32) -> u32 {
        let digits = self.peek(count);
        self.consume(digits, count);
        digits
    }

    /// The next bits without contexts, which stay.
    #[inline(always)]
    pub(crate) fn peek(&mut self, count: u32) -> u32 {
        if self.spare < count as i32 {
            self.fill();
        }
        let offset = (self.window >> (SHIFT - count)) as u32;
        offset / self.range
    }

    /// Removes bits that `peek` returned, or the first of them.
    #[inline(always)]
    pub(crate) fn consume(&mut self, digits: u32, count: u32) {
        let product = u64::from(digits * self.range);
        self.window = (self.window - (product << (SHIFT - count))) << count;
        self.spare -= count as i32;
        if self.spare < 0 {
            self.fill();
        }
    }

    /// Whether a part of the stream ends here (clause 9.3.4.3.5).
    pub(crate) fn terminates(&mut self) -> bool {
        self.range -= 2;
        let bound = u64::from(self.range) << SHIFT;
        if self.window >= bound {
            return true;
        }
        let shift = self.range.leading_zeros() - 23;
        self.range <<= shift;
        self.window <<= shift;
        self.spare -= shift as i32;
        if self.spare < 0 {
            self.fill();
        }
        false
    }

    /// The number of the byte after the part that has just ended.
    pub(crate) fn end(&self) -> usize {
        (8 * self.at as i64 - i64::from(self.spare)).div_euclid(8) as usize
            + usize::from((8 * self.at as i64 - i64::from(self.spare)).rem_euclid(8) != 0)
    }

    /// Whether more was read than there is.
    pub(crate) fn is_past_end(&self) -> bool {
        self.end() + PADDING > self.data.len()
    }

    pub(crate) fn data(&self) -> &'a [u8] {
        self.data
    }
}
