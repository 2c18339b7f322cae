//! Coefficients of a block (clauses 7.3.8.11 and 9.3.4.2.4 to 9.3.4.2.7), scaled while they are read (clause 8.6.4.2).

use crate::cabac::{Cabac, Contexts};
use crate::contexts::{GREATER_1, GREATER_2, GROUP, LAST_X, LAST_Y, SIGNIFICANT, SKIP};
use crate::scan;

/// Most leading ones of a remaining level (clause 9.3.3.11).
const MOST_ONES: u32 = 32;

/// A block of coefficients, row by row. All are zero between two blocks.
pub(crate) struct Block {
    pub(crate) values: Box<[i16; 1024]>,
    /// Only this many columns and rows can have coefficients other than zero.
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    pub(crate) is_skipped: bool,
}

/// How a level becomes a coefficient: multiplied, and shifted down with rounding.
#[derive(Clone, Copy)]
pub(crate) struct Scale {
    /// Without the factor of a list, which is 16 if there is none.
    pub(crate) factor: i32,
    pub(crate) shift: u32,
}

/// What the syntax of a block depends on.
pub(crate) struct Coding<'a> {
    /// 0 diagonal, 1 horizontal, 2 vertical.
    pub(crate) scan: usize,
    pub(crate) may_skip: bool,
    pub(crate) is_bypassed: bool,
    pub(crate) hides_signs: bool,
    /// If it is not transformed, its samples are differences, and no sign is hidden.
    pub(crate) has_differences: bool,
    pub(crate) has_skip_context: bool,
    pub(crate) has_persistent_rice: bool,
    pub(crate) scale: Scale,
    pub(crate) factors: Option<&'a [u8]>,
}

/// The arithmetic decoder with its contexts.
pub(crate) struct Entropy<'a> {
    pub(crate) cabac: Cabac<'a>,
    pub(crate) contexts: Contexts,
    /// How long remaining levels tend to be (clause 9.3.4.2.6, StatCoeff).
    pub(crate) statistics: [u8; 4],
    pub(crate) is_damaged: bool,
}

/// Levels of a group of 16 coefficients, from the last to the first.
struct Group {
    numbers: [u8; 16],
    levels: [u32; 16],
    count: usize,
}

impl Entropy<'_> {
    /// Reads the coefficients of a block of this side (as its base-2 logarithm).
    pub(crate) fn residual(
        &mut self,
        log2: u32,
        is_chroma: bool,
        coding: &Coding<'_>,
        block: &mut Block,
    ) {
        match (log2, is_chroma) {
            (2, false) => self.coefficients::<2, false>(coding, block),
            (3, false) => self.coefficients::<3, false>(coding, block),
            (4, false) => self.coefficients::<4, false>(coding, block),
            (_, false) => self.coefficients::<5, false>(coding, block),
            (2, true) => self.coefficients::<2, true>(coding, block),
            (3, true) => self.coefficients::<3, true>(coding, block),
            (4, true) => self.coefficients::<4, true>(coding, block),
            (_, true) => self.coefficients::<5, true>(coding, block),
        }
    }

    fn coefficients<const LOG2: usize, const CHROMA: bool>(
        &mut self,
        coding: &Coding<'_>,
        block: &mut Block,
    ) {
        // A copy, so that it stays in registers.
        let mut cabac = self.cabac;
        let contexts = &mut self.contexts;
        let is_skipped = coding.may_skip && cabac.flag(contexts, SKIP + u8::from(CHROMA));
        let is_raw = is_skipped || coding.is_bypassed;
        let hides_signs =
            coding.hides_signs && !coding.is_bypassed && !(is_skipped && coding.has_differences);
        let factors = coding.factors.filter(|_| !is_skipped || LOG2 == 2);
        let half = 1i64 << coding.scale.shift >> 1;
        let scan = coding.scan.min(2);
        let (x, y) = last::<LOG2, CHROMA>(&mut cabac, contexts, scan == 2);
        let (places, side) = (&scan::PLACES[scan], 1 << (LOG2 - 2));
        let groups = scan::groups(LOG2, scan);
        let last_group = scan::group_number(LOG2, scan, (y >> 2) * side + (x >> 2));
        let last_number = usize::from(scan::NUMBERS[scan][(y & 3) * 4 + (x & 3)]);
        let (mut coded, mut is_one_greater) = (0u64, false);
        let (mut columns, mut rows) = (0, 0);
        let statistic = if CHROMA { 0 } else { 2 } + usize::from(is_raw);
        for at in (0..=last_group).rev() {
            let place = usize::from(groups[at]);
            let (left, top) = (place & (side - 1), place >> (LOG2 - 2));
            let bit = top * 8 + left;
            let right = usize::from(left + 1 < side) & (coded >> ((bit + 1) & 63)) as usize & 1;
            let below = (coded >> (bit + 8).min(63)) as usize & usize::from(top + 1 < side);
            let mut is_stated = false;
            if at != last_group && at != 0 {
                let context = GROUP + (right | below) as u8 + if CHROMA { 2 } else { 0 };
                if !cabac.flag(contexts, context) {
                    continue;
                }
                is_stated = true;
            }
            coded |= 1 << bit;
            let kind = match LOG2 {
                _ if coding.has_skip_context && is_raw => 5,
                2 => 4,
                _ => right | below << 1,
            };
            let base = SIGNIFICANT + significant_base::<LOG2, CHROMA>(kind, scan, place != 0);
            let table = &scan::SIGNIFICANT[scan][kind];
            let mut group = Group {
                numbers: [0; 16],
                levels: [1; 16],
                count: 0,
            };
            let mut from = 16;
            if at == last_group {
                group.numbers[0] = last_number as u8;
                group.count = 1;
                from = last_number;
            }
            for number in (1..from).rev() {
                group.numbers[group.count & 15] = number as u8;
                group.count += cabac.decision(contexts, base + table[number & 15]) as usize;
            }
            // The first is there if no other is, which the flag of the group promised.
            if from > 0 {
                let is_first = is_stated && group.count == 0;
                let context = match kind {
                    0..4 if place == 0 => SIGNIFICANT + if CHROMA { 27 } else { 0 },
                    _ => base + table[0],
                };
                group.numbers[group.count & 15] = 0;
                group.count += usize::from(is_first || cabac.flag(contexts, context));
            }
            let count = group.count.min(16);
            if count == 0 {
                continue;
            }
            columns = columns.max(left + 1);
            rows = rows.max(top + 1);
            let set = if at == 0 || CHROMA { 0 } else { 2 } + u8::from(is_one_greater);
            let open =
                greater::<CHROMA>(&mut cabac, contexts, &mut group, set, &mut is_one_greater);
            let spread = group.numbers[0] - group.numbers[(count - 1) & 15];
            let is_hidden = hides_signs && spread > 3;
            let stated = count as u32 - u32::from(is_hidden);
            let signs = cabac.bypass(stated) << (16 - stated);
            if open != 0 {
                let statistic = coding
                    .has_persistent_rice
                    .then(|| &mut self.statistics[statistic]);
                self.is_damaged |= !remaining(&mut cabac, &mut group, open, statistic);
            }
            let sum = group.levels[..count]
                .iter()
                .fold(0u32, |sum, level| sum ^ level);
            let mut signs = signs << 16;
            if is_hidden {
                signs |= (sum & 1) << (32 - count);
            }
            let corner = top * 4 * (1 << LOG2) + left * 4;
            for (&number, &level) in group.numbers[..count].iter().zip(&group.levels) {
                let place = usize::from(places[usize::from(number & 15)]);
                let at = (corner + (place >> 2) * (1 << LOG2) + (place & 3)) & 1023;
                let negative = -i64::from(signs >> 31);
                signs <<= 1;
                let level = (i64::from(level.min(1 << 16)) ^ negative) - negative;
                let value = if coding.is_bypassed {
                    level
                } else {
                    let own = factors.map_or(16, |factors| i64::from(factors[at]));
                    (level * own * i64::from(coding.scale.factor) + half) >> coding.scale.shift
                };
                block.values[at] = value.clamp(-32768, 32767) as i16;
            }
        }
        block.columns = 4 * columns;
        block.rows = 4 * rows;
        block.is_skipped = is_skipped;
        if LOG2 > 2 && columns == 1 && rows == 1 && last_group == 0 && last_number == 0 {
            (block.columns, block.rows) = (1, 1);
        }
        self.cabac = cabac;
    }
}

/// Contexts of the flags of coefficients before those of the table (clause 9.3.4.2.5).
#[inline(always)]
fn significant_base<const LOG2: usize, const CHROMA: bool>(
    kind: usize,
    scan: usize,
    is_later: bool,
) -> u8 {
    match (kind, CHROMA) {
        (5, false) => 42,
        (5, true) => 27 + 16,
        (4, false) => 0,
        (4, true) => 27,
        (_, false) => {
            let of_size = match (LOG2, scan) {
                (3, 0) => 9,
                (3, _) => 15,
                _ => 21,
            };
            of_size + if is_later { 3 } else { 0 }
        }
        (_, true) => 27 + if LOG2 == 3 { 9 } else { 12 },
    }
}

/// Column and row of the last coefficient (clauses 9.3.4.2.3 and 7.4.9.11).
#[inline(always)]
fn last<const LOG2: usize, const CHROMA: bool>(
    cabac: &mut Cabac<'_>,
    contexts: &mut Contexts,
    is_swapped: bool,
) -> (usize, usize) {
    let (offset, shift) = match CHROMA {
        false => (3 * (LOG2 - 2) + ((LOG2 - 1) >> 2), (LOG2 + 1) >> 2),
        true => (15, LOG2 - 2),
    };
    let mut prefix = |first: u8| {
        let mut ones = 0;
        while ones < 2 * LOG2 - 1 && cabac.flag(contexts, first + (offset + (ones >> shift)) as u8)
        {
            ones += 1;
        }
        ones
    };
    let (x, y) = (prefix(LAST_X), prefix(LAST_Y));
    let mut suffix = |prefix: usize| match prefix {
        0..4 => prefix,
        _ => {
            let length = (prefix >> 1) - 1;
            ((2 + (prefix & 1)) << length) + cabac.bypass(length as u32) as usize
        }
    };
    let (x, y) = (suffix(x), suffix(y));
    if is_swapped { (y, x) } else { (x, y) }
}

/// Reads which levels are above one, for up to eight, and which is above two, for the first. Returns a bit for each
/// level that may be larger than that.
#[inline(always)]
fn greater<const CHROMA: bool>(
    cabac: &mut Cabac<'_>,
    contexts: &mut Contexts,
    group: &mut Group,
    set: u8,
    is_one_greater: &mut bool,
) -> u32 {
    let count = group.count.min(16);
    let base = GREATER_1 + set * 4 + if CHROMA { 16 } else { 0 };
    // 0 after a level above one, else one more after each level, up to 3.
    let mut state = 1;
    let mut above = 0;
    for at in 0..count.min(8) {
        let bit = cabac.decision(contexts, base + state);
        above |= bit << at;
        state = if bit == 1 {
            0
        } else {
            state + u8::from(state > 0 && state < 3)
        };
    }
    *is_one_greater = state == 0;
    let mut open = ((1u32 << count) - 1) & !255;
    if above != 0 {
        let first = above.trailing_zeros();
        let bit = cabac.decision(contexts, GREATER_2 + set + if CHROMA { 4 } else { 0 });
        let mut rest = above;
        while rest != 0 {
            group.levels[rest.trailing_zeros() as usize & 15] = 2;
            rest &= rest - 1;
        }
        group.levels[first as usize & 15] = 2 + bit;
        open |= above & !(1 << first) | bit << first;
    }
    open
}

/// Reads the rest of the levels that have a bit (clause 9.3.3.11). `false` if one of them is too long.
#[inline(always)]
fn remaining(
    cabac: &mut Cabac<'_>,
    group: &mut Group,
    open: u32,
    mut statistic: Option<&mut u8>,
) -> bool {
    let mut rice = statistic
        .as_ref()
        .map_or(0, |statistic| u32::from(**statistic / 4));
    let most = if statistic.is_some() { 30 } else { 4 };
    let mut open = open;
    while open != 0 {
        let level = &mut group.levels[open.trailing_zeros() as usize & 15];
        open &= open - 1;
        let Some(rest) = escaped(cabac, rice) else {
            return false;
        };
        if let Some(statistic) = statistic.take() {
            let own = u32::from(*statistic / 4);
            if rest >= 3 << own {
                *statistic += 1;
            } else if 2 * rest < 1 << own && *statistic > 0 {
                *statistic -= 1;
            }
        }
        *level = level.saturating_add(rest);
        rice = (rice + u32::from(*level > 3 << rice)).min(most);
    }
    true
}

/// A number of ones, then bits whose count depends on it.
#[inline(always)]
fn escaped(cabac: &mut Cabac<'_>, rice: u32) -> Option<u32> {
    let digits = cabac.peek(16);
    let ones = (!(digits << 16)).leading_zeros();
    let length = ones + 1 + if ones <= 3 { rice } else { ones - 3 + rice };
    if length > 16 {
        return long(cabac, rice);
    }
    let digits = digits >> (16 - length);
    cabac.consume(digits, length);
    let (start, bits) = match ones {
        0..=3 => (ones, rice),
        _ => ((1 << (ones - 3)) + 2, ones - 3 + rice),
    };
    Some((start << rice) + (digits & ((1 << bits) - 1)))
}

#[inline(never)]
fn long_value(cabac: &mut Cabac<'_>, rice: u32) -> Option<u32> {
    let mut ones = 0;
    while cabac.bypass(1) == 1 {
        ones += 1;
        if ones > MOST_ONES {
            return None;
        }
    }
    let (start, bits) = match ones {
        0..=3 => (u64::from(ones), rice),
        _ => ((1 << (ones - 3)) + 2, ones - 3 + rice),
    };
    let mut value = 0u64;
    let mut left = bits;
    while left > 0 {
        let count = left.min(16);
        value = value << count | u64::from(cabac.bypass(count));
        left -= count;
    }
    let value = (start << rice).saturating_add(value);
    Some(value.min(1 << 30) as u32)
}

/// A level of more than 16 bits. The decoder is copied, so that the caller's stays in registers.
#[inline(always)]
fn long(cabac: &mut Cabac<'_>, rice: u32) -> Option<u32> {
    let mut copy = *cabac;
    let value = long_value(&mut copy, rice);
    *cabac = copy;
    value
}
