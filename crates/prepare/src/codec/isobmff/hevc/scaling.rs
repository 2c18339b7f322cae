//! States the default scaling factors of blocks of 4 x 4 in parameter sets that only refer to them:
//! `heic-rs` takes those of 8 x 8 instead, and its samples are then wrong by a few steps. Photographs
//! of iPhones have such sets.

use super::bits::{Bits, packed};
use super::parameters::Parameters;
use super::units::{PICTURE_SET, SEQUENCE_SET, kind};

/// The default list of blocks of 4 x 4, sixteen times 16, as a list that is stated: the flag, the first
/// factor as its difference from 8, and fifteen differences of zero (ITU-T H.265, section 7.3.4).
const FLAT: &str = "1000010000111111111111111";

/// The set with its default lists stated; `None` if it does not refer to them.
pub(super) fn stated(unit: &[u8]) -> Option<Vec<u8>> {
    let mut bits = Bits::of_unit(unit)?;
    let has_lists = match kind(unit)? {
        SEQUENCE_SET => {
            Parameters::until_scaling(&mut bits)?;
            bits.flag()? && bits.flag()?
        }
        PICTURE_SET => {
            until_scaling(&mut bits)?;
            bits.flag()?
        }
        _ => false,
    };
    if !has_lists {
        return None;
    }
    let mut all: Vec<bool> = bits.part(0..bits.place()).collect();
    let mut refers = false;
    for _ in 0..6 {
        let start = bits.place();
        let is_default = match bits.flag()? {
            true => {
                for _ in 0..16 {
                    bits.exp_golomb()?;
                }
                false
            }
            false => bits.exp_golomb()? == 0,
        };
        match is_default {
            true => all.extend(FLAT.bytes().map(|bit| bit == b'1')),
            false => all.extend(bits.part(start..bits.place())),
        }
        refers |= is_default;
    }
    all.extend(bits.part(bits.place()..bits.length()));
    refers.then(|| packed(unit, &all))
}

/// A picture parameter set up to the flag that says whether it has lists (section 7.3.2.3.1).
fn until_scaling(bits: &mut Bits) -> Option<()> {
    until_filters(bits)?;
    bits.skip(1);
    if bits.flag()? {
        bits.skip(1);
        if !bits.flag()? {
            numbers(bits, 2)?; // strength of the filter at edges of blocks
        }
    }
    Some(())
}

/// A picture parameter set up to the flag that says whether filters reach across slices.
pub(super) fn until_filters(bits: &mut Bits) -> Option<()> {
    numbers(bits, 2)?; // identifiers
    bits.skip(7);
    numbers(bits, 3)?; // references, quantiser
    bits.skip(2);
    if bits.flag()? {
        numbers(bits, 1)?; // depth of quantisers
    }
    numbers(bits, 2)?; // quantisers of chroma
    bits.skip(4);
    let has_tiles = bits.flag()?;
    bits.skip(1);
    if has_tiles {
        let (columns, rows) = (bits.exp_golomb()?, bits.exp_golomb()?);
        if !bits.flag()? {
            numbers(bits, columns.checked_add(rows)?)?;
        }
        bits.skip(1);
    }
    Some(())
}

pub(super) fn numbers(bits: &mut Bits, count: u64) -> Option<()> {
    (0..count).try_for_each(|_| bits.exp_golomb().map(drop))
}
