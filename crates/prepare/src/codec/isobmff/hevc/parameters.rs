//! The sequence parameter set of an HEVC picture (ITU-T H.265, sections 7.3.2.2 and E.2.1), as far as
//! the description of its colours.

use super::bits::Bits;

/// Most sets of reference pictures that a sequence can have.
const MOST_SETS: u64 = 64;

/// What the picture is like, before anything is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Parameters {
    /// Width and height in whole coding blocks.
    pub(in super::super) coded: (u64, u64),
    /// Width and height of the conformance window, which is what a decoder returns.
    pub(in super::super) size: (u32, u32),
    /// 0 without chroma, then 4:2:0, 4:2:2 and 4:4:4.
    pub(in super::super) chroma: u8,
    /// Bits of luma and of chroma.
    pub(in super::super) depths: (u32, u32),
    /// Primaries, transfer function and matrix as code points of ITU-T H.273, and whether the range is
    /// full, if they are stated.
    pub(in super::super) colors: Option<([u16; 3], bool)>,
}

impl Parameters {
    /// Bytes of the samples of two luma pixels, with their chroma.
    pub(in super::super) fn halves(&self) -> u64 {
        let samples = match self.chroma {
            0 => 2,
            1 => 3,
            2 => 4,
            _ => 6,
        };
        samples * if self.depths == (8, 8) { 1 } else { 2 }
    }

    /// Reads a sequence parameter set.
    pub(super) fn read(unit: &[u8]) -> Option<Self> {
        let mut bits = Bits::of_unit(unit)?;
        let (found, order) = Self::until_scaling(&mut bits)?;
        if bits.flag()? && bits.flag()? {
            skip_scaling(&mut bits)?;
        }
        bits.skip(1); // asymmetric partitions
        bits.skip(1); // offsets of samples
        let colors = colors(&mut bits, order)?;
        Some(Self { colors, ..found })
    }

    /// Reads up to the two flags that say whether lists of scaling factors follow. Returns also the
    /// number of bits of a picture's place in the order.
    fn until_scaling(bits: &mut Bits) -> Option<(Self, usize)> {
        bits.skip(4);
        let sub_layers = bits.take(3)?;
        bits.skip(1 + 96); // nesting, general profile and level
        skip_sub_layers(bits, sub_layers)?;
        bits.exp_golomb()?; // identifier
        let chroma = bits.exp_golomb().filter(|chroma| *chroma <= 3)? as u8;
        if chroma == 3 {
            bits.skip(1); // three pictures
        }
        let coded = (bits.exp_golomb()?, bits.exp_golomb()?);
        let size = window(bits, coded, chroma)?;
        let depth = |bits: &mut Bits| bits.exp_golomb().filter(|more| *more <= 8);
        let depths = (8 + depth(bits)? as u32, 8 + depth(bits)? as u32);
        let order = bits.exp_golomb().filter(|more| *more <= 12)? + 4;
        let stated = if bits.flag()? { sub_layers + 1 } else { 1 };
        for _ in 0..3 * stated + 6 {
            bits.exp_golomb()?; // pictures to keep; sizes of blocks
        }
        let found = Self {
            coded,
            size,
            chroma,
            depths,
            colors: None,
        };
        Some((found, order as usize))
    }
}

fn skip_sub_layers(bits: &mut Bits, sub_layers: u64) -> Option<()> {
    let mut present = 0;
    for _ in 0..sub_layers {
        present += 88 * bits.take(1)? + 8 * bits.take(1)?;
    }
    if sub_layers > 0 {
        bits.skip(2 * (8 - sub_layers as usize));
    }
    bits.skip(present as usize);
    Some(())
}

/// The coded size without the margins of the conformance window; `None` if nothing is left.
fn window(bits: &mut Bits, (width, height): (u64, u64), chroma: u8) -> Option<(u32, u32)> {
    let (across, down) = match chroma {
        1 => (2, 2),
        2 => (2, 1),
        _ => (1, 1),
    };
    let (mut width, mut height) = (width, height);
    if bits.flag()? {
        let mut margin = |unit: u64| bits.exp_golomb()?.checked_mul(unit);
        let (left, right) = (margin(across)?, margin(across)?);
        let (top, bottom) = (margin(down)?, margin(down)?);
        width = width.checked_sub(left)?.checked_sub(right)?;
        height = height.checked_sub(top)?.checked_sub(bottom)?;
    }
    let side = |side: u64| u32::try_from(side).ok().filter(|side| *side > 0);
    Some((side(width)?, side(height)?))
}

/// Skips what only decoding needs, and reads the colours. The outer `None` is damage.
fn colors(bits: &mut Bits, order: usize) -> Option<Option<([u16; 3], bool)>> {
    if bits.flag()? {
        bits.skip(8); // depths of uncompressed blocks
        bits.exp_golomb()?;
        bits.exp_golomb()?;
        bits.skip(1);
    }
    skip_references(bits, order)?;
    bits.skip(2); // temporal motion vectors, strong smoothing
    if !bits.flag()? {
        return Some(None);
    }
    if bits.flag()? && bits.take(8)? == 255 {
        bits.skip(32); // a ratio of its own
    }
    if bits.flag()? {
        bits.skip(1); // overscan
    }
    if !bits.flag()? {
        return Some(None);
    }
    bits.skip(3);
    let is_full_range = bits.flag()?;
    let mut points = [2; 3]; // unspecified
    if bits.flag()? {
        for point in &mut points {
            *point = bits.take(8)? as u16;
        }
    }
    Some(Some((points, is_full_range)))
}

/// Section 7.3.4.
fn skip_scaling(bits: &mut Bits) -> Option<()> {
    for size in 0..4 {
        for _ in (0..6).step_by(if size == 3 { 3 } else { 1 }) {
            let numbers = match bits.flag()? {
                false => 1,
                true => (16 << (2 * size)).min(64) + u32::from(size > 1),
            };
            for _ in 0..numbers {
                bits.exp_golomb()?;
            }
        }
    }
    Some(())
}

/// Sets of reference pictures (section 7.3.7), which are there even if the file has one picture.
fn skip_references(bits: &mut Bits, order: usize) -> Option<()> {
    let mut before = 0;
    for set in 0..bits.exp_golomb().filter(|sets| *sets <= MOST_SETS)? {
        let is_predicted = set > 0 && bits.flag()?;
        let mut count = 0;
        if is_predicted {
            bits.skip(1);
            bits.exp_golomb()?;
            for _ in 0..=before {
                count += u64::from(bits.flag()? || bits.flag()?);
            }
        } else {
            count = bits.exp_golomb()?.checked_add(bits.exp_golomb()?)?;
            for _ in 0..count {
                bits.exp_golomb()?;
                bits.skip(1);
            }
        }
        before = count;
    }
    if bits.flag()? {
        for _ in 0..bits.exp_golomb()? {
            bits.take(order + 1)?;
        }
    }
    Some(())
}
