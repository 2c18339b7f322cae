//! Refinement scans of AC coefficients: one more bit for each coefficient that is not zero, and the
//! coefficients that become non-zero with this bit (T.81, G.1.2.3).

use std::ops::Range;

use super::bits::{BitReader, Cursor, Damaged, Window};
use super::lookup::Symbol;
use super::progressive::{AcScan, Band};

impl AcScan<'_, '_> {
    /// Refines the blocks in these columns, and stores what is kept of them.
    #[inline(always)]
    pub(super) fn refine(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        columns: Range<u32>,
        row: u32,
    ) -> Result<u32, Damaged> {
        let band = &self.band;
        let mask = (u64::MAX >> (63 - (band.end & 63))) & (u64::MAX << (band.start & 63));
        let (history, mut values) = self.coefficients.row(row);
        let range = columns.start as usize..columns.end as usize;
        let history = history.get_mut(range).ok_or(Damaged)?;
        let (mut cursor, mut end_run) = (reader.cursor, self.end_run);
        for (column, history) in columns.clone().zip(history) {
            let before = *history & mask;
            if end_run > 0 && before == 0 {
                end_run -= 1;
                continue;
            }
            reader.prepare_at(&mut cursor);
            let mut block = Refined::new(before, band.start);
            let read = block.read(band, &mut end_run, &mut cursor, reader.window);
            // Corrections up to a wrong code are used too.
            if let Some(values) = values.block(column) {
                block.store(band, values);
            }
            read?;
            *history |= block.fresh;
            reader.check_at(&cursor)?;
        }
        (reader.cursor, self.end_run) = (cursor, end_run);
        Ok(columns.end - columns.start)
    }
}

/// What a refinement scan says about one block; masks have one bit for each zigzag index.
struct Refined {
    /// The coefficients that were not zero before. Each has a correction bit.
    before: u64,
    /// The zigzag index up to which everything was read.
    index: u32,
    /// The correction bits up to there; the last one is the lowest.
    corrections: u64,
    /// The coefficients that are not zero from now on.
    fresh: u64,
    /// Those of them that are negative.
    negative: u64,
}

impl Refined {
    fn new(before: u64, start: u32) -> Self {
        Self {
            before,
            index: start,
            corrections: 0,
            fresh: 0,
            negative: 0,
        }
    }

    /// Reads the symbols and corrections of the block, which is one of `end_run` without new coefficients.
    #[inline(always)]
    fn read(
        &mut self,
        band: &Band<'_>,
        end_run: &mut u32,
        from: &mut Cursor,
        window: &Window,
    ) -> Result<(), Damaged> {
        let mut cursor = *from;
        let mut index = self.index;
        while *end_run == 0 && index <= band.end {
            cursor.refill(window);
            let ahead = self.before >> (index & 63);
            let several = band.table.several(&cursor);
            let is_free = ahead & several.passed() == 0;
            let is_inside = index + several.advance() + several.ends() <= band.end + 1;
            if is_free & is_inside & (several.taken() > 0) {
                cursor.consume(several.taken());
                self.fresh |= several.fresh() << (index & 63);
                self.negative |= several.negative() << (index & 63);
                index += several.advance();
                *end_run = several.ends();
                continue;
            }
            let step = band.table.step(&cursor);
            cursor.consume(step.taken());
            let (mut advance, mut value) = (step.advance(), step.value());
            if advance > 16 {
                if step.is_end() {
                    *end_run = 1;
                    break;
                }
                self.index = index;
                (advance, value) = match band.table.complete(step, &mut cursor)? {
                    Symbol::Coefficient { advance, value } => (advance, value),
                    Symbol::End { count } => {
                        *end_run = count;
                        break;
                    }
                };
            }
            let (zeros, ones) = match next_zero(ahead, advance) {
                Some(found) if index + found.0 <= band.end => found,
                // The run goes past the band: only corrections are left in it.
                _ => break,
            };
            self.correct(ones, &mut cursor, window);
            index += zeros;
            self.fresh |= u64::from(value != 0) << (index & 63);
            self.negative |= u64::from(value < 0) << (index & 63);
            index += 1;
        }
        *end_run = end_run.saturating_sub(1);
        cursor.refill(window);
        let rest = self.before.checked_shr(index).unwrap_or(0).count_ones();
        self.correct(rest, &mut cursor, window);
        self.index = 64;
        *from = cursor;
        Ok(())
    }

    /// Takes so many correction bits, at most 63.
    #[inline(always)]
    fn correct(&mut self, mut count: u32, cursor: &mut Cursor, window: &Window) {
        // At least 25 bits are left after any symbol.
        while count > 24 {
            self.corrections = self.corrections << 24 | u64::from(cursor.take(24));
            count -= 24;
            cursor.refill(window);
        }
        self.corrections = self.corrections << count | u64::from(cursor.take(count));
    }

    /// Changes the values of the block that are kept.
    #[inline(always)]
    fn store(&self, band: &Band<'_>, values: &mut [i16]) {
        let bit = 1_i16 << band.low;
        let read = u64::MAX
            .checked_shl(self.index)
            .map_or(u64::MAX, |rest| !rest);
        let count = (self.before & read).count_ones();
        // The first correction bit at the top.
        let mut corrections = self.corrections << 1 << (63 - (count & 63));
        let mut which = self.before & read | self.fresh;
        while which & band.kept != 0 {
            let index = which.trailing_zeros() & 63;
            let old = (self.before >> index & 1) as i16;
            let is_negative = (self.negative >> index & 1) as i16;
            let place = usize::from(band.places[index as usize]);
            if let Some(value) = values.get_mut(place) {
                // Without branches, because the bits are practically random: an old coefficient moves away
                // from zero if its correction is 1, a new one is the bit itself.
                let is_moved = (corrections >> 63) as i16 | (1 - old);
                let before = *value & -old;
                let sign = before >> 15 | -is_negative;
                *value = before.wrapping_add(((bit ^ sign) - sign) & -is_moved);
            }
            which &= which - 1;
            corrections <<= old;
        }
    }
}

/// Bits that one look-up of [`next_zero`] sees.
const WIDTH: u32 = 8;
/// For the next bits, and how many zeros further, less one: how many bits are passed in the low half, how many of them are ones
/// in the high half; [`FAR`] if there are fewer zeros.
static NEXT_ZERO: [[u8; 16]; 1 << WIDTH] = next_zeros();
/// The zero is not among the bits of one look-up.
const FAR: u8 = 0xFF;

const fn next_zeros() -> [[u8; 16]; 1 << WIDTH] {
    let mut table = [[FAR; 16]; 1 << WIDTH];
    let mut bits = 0;
    while bits < 1 << WIDTH {
        let (mut at, mut zeros) = (0_u8, 0_u8);
        while at < WIDTH as u8 {
            if bits >> at & 1 == 0 {
                table[bits][zeros as usize] = (at - zeros) << 4 | at;
                zeros += 1;
            }
            at += 1;
        }
        bits += 1;
    }
    table
}

/// How many bits there are before the `n`th zero bit, n in 1..=16, and how many of them are ones. `None` if that zero is past
/// the last bit.
#[inline(always)]
fn next_zero(bits: u64, n: u32) -> Option<(u32, u32)> {
    let found = NEXT_ZERO[(bits & ((1 << WIDTH) - 1)) as usize][(n.wrapping_sub(1) & 15) as usize];
    if found == FAR {
        return far_zero(bits, n);
    }
    Some((u32::from(found & 15), u32::from(found >> 4)))
}

#[inline(never)]
fn far_zero(bits: u64, n: u32) -> Option<(u32, u32)> {
    let mut zeros = !bits;
    for _ in 1..n {
        zeros &= zeros.wrapping_sub(1);
    }
    let at = (zeros != 0).then(|| zeros.trailing_zeros())?;
    Some((at, at + 1 - n))
}
