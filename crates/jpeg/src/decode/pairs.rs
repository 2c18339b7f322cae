//! Look-up tables for AC coefficients of sequential scans: two coefficients in one step where they fit, and any number of those
//! that are not needed.

use super::bits::{Cursor, Damaged, Window};
use super::lookup::{Canonical, Codes, extend, steps};
use super::step::{FAST, Step, Steps};
use crate::huffman::HuffmanSpec;

/// Bits of one look-up that skips coefficients.
const SKIP: u32 = 12;

/// Added to the advance of a skipping step at the end of a block.
const SKIP_END: u32 = 128;
/// The advance of a skipping step that contains no symbol.
const SKIP_NONE: u32 = 64;

/// Where a coefficient that does not exist is stored: so far that the place is past the block, wherever it begins.
const NOWHERE: u32 = 64;

/// What the next bits mean: up to two coefficients, and the end of the block after them.
///
/// Bits 0..=7: bits to take. Bits 8..=15: how far the zigzag index moves, plus [`Pair::END`] if the block ends, or [`Pair::PARTIAL`]. Bits
/// 16..=23 and 24..=31: how far away the two coefficients are. Bits 32..=47 and 48..=63: their values.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pair(u64);

impl Pair {
    /// Added to the advance at the end of the block.
    pub(crate) const END: u32 = 128;
    /// The advance if the look-up contains the code only: the first value is the symbol, and its additional bits follow. If it
    /// takes no bits, the code itself is longer than the look-up.
    pub(crate) const PARTIAL: u32 = 192;

    fn new(taken: u32, advance: u32, [first, second]: [(u32, i32); 2]) -> Self {
        let value = |value: i32| u64::from(value as u16);
        let low = second.0 << 24 | first.0 << 16 | advance << 8 | taken;
        Self(value(second.1) << 48 | value(first.1) << 32 | u64::from(low))
    }

    #[inline(always)]
    pub(crate) fn taken(self) -> u32 {
        self.0 as u32 & 0xFF
    }

    #[inline(always)]
    pub(crate) fn advance(self) -> u32 {
        self.0 as u32 >> 8 & 0xFF
    }

    /// How far away the first coefficient is, and its value.
    #[inline(always)]
    pub(crate) fn first(self) -> (u32, i32) {
        (self.0 as u32 >> 16 & 0xFF, i32::from((self.0 >> 32) as i16))
    }

    /// How far away the second coefficient is, and its value.
    #[inline(always)]
    pub(crate) fn second(self) -> (u32, i32) {
        (self.0 as u32 >> 24, i32::from((self.0 >> 48) as i16))
    }
}

/// Entries for all possible next bits.
type Pairs = [Pair; 1 << FAST];

/// Tables for AC coefficients of sequential scans.
#[derive(Debug, Clone)]
pub(crate) struct PairLookup {
    canonical: Canonical,
    /// `None` if no coefficients are stored, as in all reductions to an eighth. Making it takes a good part of the time of a
    /// small picture.
    pairs: Option<Box<Pairs>>,
    /// All symbols whose codes fit into the look-up. Bits 0..=4: bits to take. Bits 5..: how far
    /// the zigzag index moves, plus [`SKIP_END`] if the last symbol ends the block, or
    /// [`SKIP_NONE`] if not even one code fits.
    skip: Box<[u16; 1 << SKIP]>,
}

impl PairLookup {
    /// Bytes of its tables.
    pub(crate) const BYTES: usize = size_of::<Pairs>() + size_of::<[u16; 1 << SKIP]>();

    pub(crate) fn new(spec: &HuffmanSpec, is_stored: bool) -> Self {
        let codes = Codes::new(spec);
        let pairs = is_stored.then(|| {
            let steps = steps(&codes, false);
            Box::new(std::array::from_fn(|bits| pair(&steps, bits)))
        });
        let skip = Box::new(std::array::from_fn(|bits| skip_steps(&codes, bits as u32)));
        Self {
            canonical: codes.canonical,
            pairs,
            skip,
        }
    }

    /// Whether coefficients can be stored, not only skipped.
    pub(crate) fn has_pairs(&self) -> bool {
        self.pairs.is_some()
    }

    /// What the next bits mean, for all possible ones.
    #[inline(always)]
    pub(crate) fn pairs(&self) -> Result<&Pairs, Damaged> {
        self.pairs.as_deref().ok_or(Damaged)
    }

    /// Takes the next symbol, which begins as `pair` says and which it does not contain as a whole; 31 bits must be valid. If
    /// nothing is known of it, `pair` is the default.
    ///
    /// Returns the index of its coefficient and the value, or `None` if the block ends. It also ends if a run of 16 zeros
    /// passes the last index, as in libjpeg. A coefficient past the last index is damage.
    #[inline(always)]
    pub(crate) fn symbol(
        &self,
        pair: Pair,
        index: u32,
        cursor: &mut Cursor,
    ) -> Result<Option<(u32, i32)>, Damaged> {
        let (mut symbol, mut length) = (pair.first().1 as u8, pair.taken());
        if pair.advance() != Pair::PARTIAL || length == 0 {
            (symbol, length) = self.canonical.long(cursor.peek(16) as u32)?;
        }
        cursor.consume(length);
        let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
        let next = index + run + 1;
        match (run, size) {
            (15, 0) if next <= 63 => Ok(Some((next, 0))),
            (_, 0) => Ok(None),
            _ if next > 63 => Err(Damaged),
            _ => Ok(Some((next, extend(cursor.take(size), size)))),
        }
    }

    /// Takes everything up to the end of a sequential block. `index` is that of the last coefficient taken.
    #[inline(always)]
    pub(crate) fn skip_rest(
        &self,
        from: &mut Cursor,
        window: &Window,
        mut index: u32,
    ) -> Result<(), Damaged> {
        let mut cursor = *from;
        while index < 63 {
            cursor.refill(window);
            let mut next = index;
            let mut entry = 0;
            // Two look-ups take at most 54 bits.
            for _ in 0..2 {
                entry = u32::from(self.skip[cursor.peek(SKIP) & ((1 << SKIP) - 1)]);
                next = index + (entry >> 5);
                if next >= 63 {
                    break;
                }
                cursor.consume(entry & 31);
                index = next;
            }
            if next < 63 {
                continue;
            }
            // A block that ends with its last coefficient has no symbol for the end.
            if next == 63 || (SKIP_END..SKIP_END + 63).contains(&next) {
                cursor.consume(entry & 31);
                break;
            }
            // Codes that are too long for the look-up, or more symbols than belong to the block:
            // decode one at a time.
            cursor.refill(window);
            match self.symbol(Pair::default(), index, &mut cursor)? {
                Some((next, _)) => index = next,
                None => break,
            }
        }
        *from = cursor;
        Ok(())
    }
}

/// Joins what one look-up can contain.
fn pair(steps: &Steps, bits: usize) -> Pair {
    let mut found = [(NOWHERE, 0); 2];
    let (mut taken, mut advance) = (0, 0);
    for number in 0..=found.len() {
        // Zeros follow the known bits; a step that takes any of them is not used.
        let step = steps[(bits << taken) & ((1 << FAST) - 1)];
        let is_known = taken + step.taken() <= FAST;
        if is_known && step.is_end() {
            return Pair::new(taken + step.taken(), advance + Pair::END, found);
        }
        if number == 0 && step.advance() == Step::PARTIAL {
            let symbol = (NOWHERE, step.value());
            return Pair::new(step.taken(), Pair::PARTIAL, [symbol, found[1]]);
        }
        let Some(place) = found.get_mut(number) else {
            break;
        };
        if !is_known || step.advance() == Step::PARTIAL {
            break;
        }
        taken += step.taken();
        advance += step.advance();
        *place = (advance, step.value());
    }
    Pair::new(taken, advance, found)
}

fn skip_steps(codes: &Codes, bits: u32) -> u16 {
    let (mut taken, mut advance, mut end) = (0, 0, false);
    while taken < SKIP {
        let Ok((symbol, length)) = codes.decode(bits << (16 - SKIP) << taken & 0xFFFF) else {
            break;
        };
        let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
        end = size == 0 && run < 15;
        let further = if end { 0 } else { run + 1 };
        if taken + length > SKIP || advance + further > 63 {
            end = false;
            break;
        }
        taken += length + size;
        advance += further;
        if end {
            break;
        }
    }
    let kind = if end {
        SKIP_END
    } else if taken == 0 {
        SKIP_NONE
    } else {
        0
    };
    (taken | (advance + kind) << 5) as u16
}
