//! Look-up tables that turn the next bits into symbols, values and run lengths at once.

use super::bits::Cursor;
use crate::huffman::HuffmanSpec;

/// The data contradicts the tables; what follows in this restart interval is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Damaged;

/// Bits of one look-up.
const FAST: u32 = 11;
/// Bits of one look-up that skips coefficients.
const SKIP: u32 = 12;

/// Decodes codes of any length: all 16-bit prefixes below `ends[i]` have a code of at most `i + 1` bits.
#[derive(Debug, Clone)]
struct Canonical {
    ends: [u32; 16],
    /// Index of the first symbol of the length, minus the first code of the length.
    offsets: [i32; 16],
    symbols: Vec<u8>,
}

impl Canonical {
    fn new(spec: &HuffmanSpec) -> Self {
        let mut table = Self { ends: [0; 16], offsets: [0; 16], symbols: Vec::with_capacity(256) };
        let mut last = 0;
        for code in spec.codes() {
            let row = usize::from(code.length - 1) & 15;
            if last != code.length {
                table.offsets[row] = table.symbols.len() as i32 - i32::from(code.bits);
                last = code.length;
            }
            table.ends[row] = (u32::from(code.bits) + 1) << (16 - code.length);
            table.symbols.push(code.symbol);
        }
        let mut reached = 0;
        for end in &mut table.ends {
            reached = reached.max(*end);
            *end = reached;
        }
        table
    }

    /// The symbol at the head of 16 bits, and its code's length.
    #[inline]
    fn decode(&self, bits: u32) -> Result<(u8, u32), Damaged> {
        let row = self.ends.iter().position(|&end| bits < end).ok_or(Damaged)?;
        let code = (bits >> (15 - row)) as i32;
        let index = self.offsets.get(row).map_or(-1, |offset| code + offset);
        let symbol = usize::try_from(index).ok().and_then(|index| self.symbols.get(index)).ok_or(Damaged)?;
        Ok((*symbol, row as u32 + 1))
    }
}

/// The value of `size` additional bits (F.2.2.1, EXTEND).
#[inline(always)]
pub(crate) fn extend(bits: u32, size: u32) -> i32 {
    let bits = bits as i32;
    let negative = size > 0 && bits >> (size.max(1) - 1) == 0;
    if negative { bits - (1 << size) + 1 } else { bits }
}

/// A table for DC differences, or for bare symbols of any kind.
#[derive(Debug, Clone)]
pub(crate) struct DcLookup {
    canonical: Canonical,
    /// Difference << 16 | bits taken, or 0 when `FAST` bits do not hold code and value.
    fast: Box<[u32; 1 << FAST]>,
}

impl DcLookup {
    pub(crate) fn new(spec: &HuffmanSpec) -> Self {
        let canonical = Canonical::new(spec);
        let mut fast = Box::new([0; 1 << FAST]);
        for (bits, entry) in (0_u32..).zip(fast.iter_mut()) {
            let Ok((size, length)) = canonical.decode(bits << (16 - FAST)) else { continue };
            let taken = length + u32::from(size);
            if taken <= FAST {
                let value = extend(bits >> (FAST - taken) & ((1 << size) - 1), u32::from(size));
                *entry = (value as u32) << 16 | taken;
            }
        }
        Self { canonical, fast }
    }

    /// Takes a difference; 56 bits must be valid.
    #[inline(always)]
    pub(crate) fn difference(&self, cursor: &mut Cursor) -> Result<i32, Damaged> {
        let entry = self.fast[cursor.peek(FAST) & ((1 << FAST) - 1)];
        if entry != 0 {
            cursor.consume(entry & 63);
            return Ok(entry as i32 >> 16);
        }
        self.slow_difference(cursor)
    }

    #[cold]
    #[inline(never)]
    fn slow_difference(&self, cursor: &mut Cursor) -> Result<i32, Damaged> {
        let (size, length) = self.canonical.decode(cursor.peek(16) as u32)?;
        if size > 15 {
            return Err(Damaged);
        }
        cursor.consume(length);
        Ok(extend(cursor.take(u32::from(size)), u32::from(size)))
    }
}

/// What [`AcLookup::fast`] says about the next bits.
///
/// Bits 0..=5: bits to take. Bits 8..=15: how far the zigzag index moves; past 63 for everything that is not a coefficient, so
/// that one comparison ends the hot loop. Bits 16..=31: the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step(u32);

impl Step {
    const END: u32 = 128;
    const SLOW: u32 = 192;

    fn new(taken: u32, advance: u32, value: i32) -> Self {
        Self((value as u32) << 16 | advance << 8 | taken)
    }

    #[inline(always)]
    pub(crate) fn taken(self) -> u32 {
        self.0 & 63
    }

    #[inline(always)]
    pub(crate) fn advance(self) -> u32 {
        self.0 >> 8 & 0xFF
    }

    #[inline(always)]
    pub(crate) fn value(self) -> i32 {
        self.0 as i32 >> 16
    }

    /// The end of the block.
    #[inline(always)]
    pub(crate) fn is_end(self) -> bool {
        self.advance() == Self::END
    }

    /// The table does not hold it; ask [`AcLookup::slow`].
    #[inline(always)]
    pub(crate) fn is_slow(self) -> bool {
        self.advance() == Self::SLOW
    }
}

/// A symbol that the fast table does not resolve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Symbol {
    /// A coefficient (or with value 0 a run of 16 zeros) so many indices further on.
    Coefficient {
        /// 1..=16.
        advance: u32,
        /// The value.
        value: i32,
    },
    /// No more coefficients in this block.
    End,
    /// No more coefficients in this and the `count - 1` following blocks (G.1.2.2).
    EndRun {
        /// At least 1.
        count: u32,
    },
}

/// A table for AC coefficients.
#[derive(Debug, Clone)]
pub(crate) struct AcLookup {
    canonical: Canonical,
    /// Whether symbols `r0` with `r` < 15 are runs of ends of blocks.
    progressive: bool,
    fast: Box<[Step; 1 << FAST]>,
    skip: Box<[u16; 1 << SKIP]>,
}

impl AcLookup {
    pub(crate) fn new(spec: &HuffmanSpec, progressive: bool) -> Self {
        let canonical = Canonical::new(spec);
        let fast = Box::new(std::array::from_fn(|bits| fast_step(&canonical, progressive, bits as u32)));
        let skip = Box::new(std::array::from_fn(|bits| if progressive { 0 } else { skip_steps(&canonical, bits as u32) }));
        Self { canonical, progressive, fast, skip }
    }

    /// What the next bits mean, without taking them.
    #[inline(always)]
    pub(crate) fn step(&self, cursor: &Cursor) -> Step {
        self.fast[cursor.peek(FAST) & ((1 << FAST) - 1)]
    }

    /// Takes any symbol; 56 bits must be valid.
    #[inline(never)]
    pub(crate) fn slow(&self, cursor: &mut Cursor) -> Result<Symbol, Damaged> {
        let (symbol, length) = self.canonical.decode(cursor.peek(16) as u32)?;
        cursor.consume(length);
        let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
        Ok(match (run, size) {
            (15, 0) => Symbol::Coefficient { advance: 16, value: 0 },
            (_, 0) if self.progressive => Symbol::EndRun { count: (1 << run) + cursor.take(run) },
            (_, 0) => Symbol::End,
            _ => Symbol::Coefficient { advance: run + 1, value: extend(cursor.take(size), size) },
        })
    }

    /// Takes a symbol and the bit after it where its size is not 0, as refinement scans have it (G.1.2.3).
    pub(crate) fn refinement(&self, cursor: &mut Cursor) -> Result<Symbol, Damaged> {
        let (symbol, length) = self.canonical.decode(cursor.peek(16) as u32)?;
        cursor.consume(length);
        let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
        Ok(match (run, size) {
            (15, 0) => Symbol::Coefficient { advance: 16, value: 0 },
            (_, 0) => Symbol::EndRun { count: (1 << run) + cursor.take(run) },
            (_, 1) => Symbol::Coefficient { advance: run + 1, value: extend(cursor.take(1), 1) },
            _ => return Err(Damaged),
        })
    }

    /// Takes everything up to the end of a sequential block. `index` is that of the last coefficient taken.
    #[inline(always)]
    pub(crate) fn skip_rest(&self, cursor: &mut Cursor, window: &super::bits::Window, mut index: u32) -> Result<(), Damaged> {
        while index < 63 {
            if cursor.valid() < 32 {
                cursor.refill(window);
            }
            let entry = u32::from(self.skip[cursor.peek(SKIP) & ((1 << SKIP) - 1)]);
            let next = index + (entry >> 4 & 0x7F);
            // A block that ends with its last coefficient has no symbol for the end.
            if next + (entry >> 11) <= 63 && entry & 15 != 0 {
                cursor.consume(entry & 15);
                if entry >> 11 != 0 {
                    return Ok(());
                }
                index = next;
                continue;
            }
            match self.slow(cursor)? {
                Symbol::Coefficient { advance, .. } => index += advance,
                Symbol::End | Symbol::EndRun { .. } => return Ok(()),
            }
        }
        if index == 63 { Ok(()) } else { Err(Damaged) }
    }
}

fn fast_step(canonical: &Canonical, progressive: bool, bits: u32) -> Step {
    let slow = Step::new(0, Step::SLOW, 0);
    let Ok((symbol, length)) = canonical.decode(bits << (16 - FAST)) else { return slow };
    let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
    let taken = length + size;
    match (run, size) {
        _ if taken > FAST => slow,
        (15, 0) => Step::new(taken, 16, 0),
        (0, 0) => Step::new(taken, Step::END, 0),
        (_, 0) if progressive => slow,
        (_, 0) => Step::new(taken, Step::END, 0),
        _ => Step::new(taken, run + 1, extend(bits >> (FAST - taken) & ((1 << size) - 1), size)),
    }
}

/// As many whole symbols as the bits hold. Bits 0..=3: bits to take, 0 if not even one symbol fits. Bits 4..=10: how far the
/// zigzag index moves. Bits 11..: 1 if the last symbol ends the block.
fn skip_steps(canonical: &Canonical, bits: u32) -> u16 {
    let (mut taken, mut advance, mut end) = (0, 0, false);
    while let Ok((symbol, length)) = canonical.decode(bits << (16 - SKIP) << taken & 0xFFFF) {
        let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
        if taken + length + size > SKIP || advance + run + 1 > 63 {
            break;
        }
        taken += length + size;
        if size == 0 && run < 15 {
            end = true;
            break;
        }
        advance += run + 1;
    }
    (taken | advance << 4 | u32::from(end) << 11) as u16
}
