//! Levels of the coefficients of a group (clauses 7.3.8.11, 9.3.3.11 and 9.3.4.2.6 to 9.3.4.2.7).

use crate::cabac::{Cabac, Contexts};
use crate::contexts::{GREATER_1, GREATER_2};

/// Most leading ones of a remaining level (clause 9.3.3.11).
const MOST_ONES: u32 = 32;

/// Levels of a group of 16 coefficients, from the last to the first.
pub(crate) struct Group {
    /// Their numbers in the order of the scan.
    pub(crate) numbers: [u8; 16],
    pub(crate) levels: [u32; 16],
    pub(crate) count: usize,
}

/// Reads which levels are above one, for up to eight, and which is above two, for the first. Returns a bit for each
/// level that may be larger than that.
#[inline(always)]
pub(crate) fn greater<const CHROMA: bool>(
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
pub(crate) fn remaining(
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
