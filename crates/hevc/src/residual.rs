//! Coefficients of a block (clauses 7.3.8.11 and 9.3.4.2.3 to 9.3.4.2.5), scaled while they are read (clause 8.6.4.2).

use crate::cabac::{Cabac, Contexts};
use crate::contexts::{GROUP, LAST_X, LAST_Y, SIGNIFICANT, SKIP};
use crate::levels::{Group, greater, remaining};
use crate::scan;

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
            let first = match kind {
                0..4 if place == 0 => SIGNIFICANT + if CHROMA { 27 } else { 0 },
                _ => base + table[0],
            };
            let of_number = |number: usize| base + table[number & 15];
            significant(
                &mut cabac, contexts, &mut group, from, is_stated, first, of_number,
            );
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
            let value = |at: usize, level: i64| match (coding.is_bypassed, factors) {
                (true, _) => level,
                (false, factors) => {
                    let own = factors.map_or(16, |factors| i64::from(factors[at]));
                    (level * own * i64::from(coding.scale.factor) + half) >> coding.scale.shift
                }
            };
            for (&number, &level) in group.numbers[..count].iter().zip(&group.levels) {
                let place = usize::from(places[usize::from(number & 15)]);
                let at = (corner + (place >> 2) * (1 << LOG2) + (place & 3)) & 1023;
                let negative = -i64::from(signs >> 31);
                signs <<= 1;
                let level = (i64::from(level.min(1 << 16)) ^ negative) - negative;
                block.values[at] = value(at, level).clamp(-32768, 32767) as i16;
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

/// Reads which coefficients of a group are there, from the one before `from` to the first. `of_number` is the context of the
/// flag of each but the first, which is there without a flag if no other is, as the flag of the group promised.
#[inline(always)]
fn significant(
    cabac: &mut Cabac<'_>,
    contexts: &mut Contexts,
    group: &mut Group,
    from: usize,
    is_promised: bool,
    first: u8,
    of_number: impl Fn(usize) -> u8,
) {
    for number in (1..from).rev() {
        group.numbers[group.count & 15] = number as u8;
        group.count += cabac.decision(contexts, of_number(number)) as usize;
    }
    if from > 0 {
        let is_first = is_promised && group.count == 0;
        group.numbers[group.count & 15] = 0;
        group.count += usize::from(is_first || cabac.flag(contexts, first));
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
