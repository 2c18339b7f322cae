//! The coefficients of a macroblock (RFC 6386, section 13).

use super::bools::Bools;
use super::header::{Places, Quantizer};
use super::transform;

/// Where each coefficient stands in its block.
const ZIGZAG: [usize; 16] = [0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15];

/// Chances of the additional bits of large values, for the four largest categories.
const LARGE: [&[u8]; 4] = [
    &[173, 148, 140],
    &[176, 155, 140, 135],
    &[180, 157, 141, 134, 130],
    &[254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129],
];

/// Kinds of blocks, as the probabilities are ordered.
const LUMA_REST: usize = 0;
const SECOND: usize = 1;
const CHROMA: usize = 2;
const LUMA: usize = 3;

/// Which blocks next to the macroblock that comes next have coefficients: 4 of luma, 2 of each chroma
/// component, and the block of the first coefficients.
#[derive(Clone, Copy, Default)]
pub(super) struct Filled {
    luma: [bool; 4],
    chroma: [[bool; 2]; 2],
    second: bool,
}

impl Filled {
    /// What a macroblock without coefficients leaves.
    pub(super) fn clear(&mut self, has_second: bool) {
        *self = Self {
            second: self.second && !has_second,
            ..Self::default()
        };
    }
}

/// How much of a block there is to transform.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Extent {
    #[default]
    Nothing,
    /// The first coefficient.
    First,
    All,
}

/// Dequantized coefficients: 16 blocks of luma, then 4 of each chroma component.
#[derive(Default)]
pub(super) struct Coefficients {
    pub(super) blocks: [[i16; 16]; 24],
    pub(super) extents: [Extent; 24],
}

impl Coefficients {
    pub(super) fn clear(&mut self) {
        for (block, extent) in self.blocks.iter_mut().zip(&mut self.extents) {
            if *extent != Extent::Nothing {
                *block = [0; 16];
                *extent = Extent::Nothing;
            }
        }
    }

    /// Reads all blocks of a macroblock into cleared ones.
    pub(super) fn read(
        &mut self,
        source: &mut Bools<'_>,
        (probabilities, quantizer): (&[Places; 4], &Quantizer),
        has_second: bool,
        (above, left): (&mut Filled, &mut Filled),
    ) {
        let mut bits = *source;
        let mut kind = LUMA;
        if has_second {
            let mut block = [0; 16];
            let context = usize::from(above.second) + usize::from(left.second);
            let place = (&probabilities[SECOND], context, 0);
            let count = read(&mut bits, place, quantizer.second, &mut block);
            above.second = count > 0;
            left.second = count > 0;
            self.spread(&transform::second(&block));
            kind = LUMA_REST;
        }
        let first = usize::from(has_second);
        let (luma, chroma) = self.blocks.split_at_mut(16);
        let (of_luma, of_chroma) = self.extents.split_at_mut(16);
        let luma = (luma.as_chunks_mut::<4>().0, of_luma.as_chunks_mut::<4>().0);
        for ((blocks, extents), left) in luma.0.iter_mut().zip(luma.1).zip(&mut left.luma) {
            let probabilities = &probabilities[kind];
            let from = (blocks, extents);
            row(
                &mut bits,
                (probabilities, first),
                quantizer.luma,
                from,
                (&mut above.luma, left),
            );
        }
        let planes = chroma.as_chunks_mut::<2>().0.iter_mut();
        let planes = planes.zip(of_chroma.as_chunks_mut::<2>().0);
        for (number, from) in planes.enumerate() {
            let (above, left) = (&mut above.chroma[number / 2], &mut left.chroma[number / 2]);
            let edge = (above, &mut left[number % 2]);
            row(
                &mut bits,
                (&probabilities[CHROMA], 0),
                quantizer.chroma,
                from,
                edge,
            );
        }
        *source = bits;
    }

    /// Gives the luma blocks their first coefficients.
    fn spread(&mut self, firsts: &[i16; 16]) {
        for (number, &first) in firsts.iter().enumerate() {
            self.blocks[number][0] = first;
            if first != 0 {
                self.extents[number] = Extent::First;
            }
        }
    }
}

/// Reads a row of blocks.
#[inline(always)]
fn row<const N: usize>(
    bits: &mut Bools<'_>,
    (probabilities, first): (&Places, usize),
    steps: [i32; 2],
    (blocks, extents): (&mut [[i16; 16]; N], &mut [Extent; N]),
    (above, left): (&mut [bool; N], &mut bool),
) {
    for ((block, extent), above) in blocks.iter_mut().zip(extents).zip(above) {
        let context = usize::from(*above) + usize::from(*left);
        let count = read(bits, (probabilities, context, first), steps, block);
        *above = count > first;
        *left = count > first;
        if count > 1 {
            *extent = Extent::All;
        } else if count > first {
            *extent = Extent::First;
        }
    }
}

/// Reads the coefficients of one block from `first` on. Returns the place after the last one.
#[inline]
fn read(
    source: &mut Bools<'_>,
    (probabilities, context, first): (&Places, usize, usize),
    steps: [i32; 2],
    block: &mut [i16; 16],
) -> usize {
    let mut bits = *source;
    let mut at = first;
    let mut chances = &probabilities[at][context];
    let end = 'block: loop {
        if at >= 16 || !bits.bit(chances[0]) {
            break at;
        }
        while !bits.bit(chances[1]) {
            at += 1;
            if at >= 16 {
                break 'block 16;
            }
            chances = &probabilities[at][0];
        }
        let (value, context) = match bits.bit(chances[2]) {
            false => (1, 1),
            true => (large(&mut bits, chances), 2),
        };
        let value = if bits.bit(128) { -value } else { value };
        block[ZIGZAG[at]] = (value * steps[usize::from(at > 0)]) as i16;
        at += 1;
        chances = &probabilities[at][context];
    };
    *source = bits;
    end
}

/// A value of 2 or more.
#[inline(always)]
fn large(bits: &mut Bools<'_>, chances: &[u8; 11]) -> i32 {
    if !bits.bit(chances[3]) {
        return match bits.bit(chances[4]) {
            false => 2,
            true => 3 + i32::from(bits.bit(chances[5])),
        };
    }
    if !bits.bit(chances[6]) {
        if !bits.bit(chances[7]) {
            return 5 + i32::from(bits.bit(159));
        }
        let high = i32::from(bits.bit(165));
        return 7 + 2 * high + i32::from(bits.bit(145));
    }
    let high = usize::from(bits.bit(chances[8]));
    let category = 2 * high + usize::from(bits.bit(chances[9 + high]));
    let more = LARGE[category].iter();
    let more = more.fold(0, |sum, &chance| sum << 1 | i32::from(bits.bit(chance)));
    3 + (8 << category) + more
}
