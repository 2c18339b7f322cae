//! Sets of reference pictures (clause 7.3.7). An intra picture refers to none, but its headers can contain them.

use crate::Error;
use crate::bits::Bits;

/// Most sets in a sequence parameter set, and most pictures in one set.
const MOST: u32 = 64;
const MOST_PICTURES: u32 = 16;

/// Reads the sets of a sequence parameter set and returns how many pictures each has.
pub(crate) fn sets(bits: &mut Bits<'_>) -> Result<Vec<u32>, Error> {
    let count = bits.up_to(MOST)?;
    let mut counts = Vec::new();
    for _ in 0..count {
        let pictures = set(bits, &counts, false)?;
        counts.push(pictures);
    }
    Ok(counts)
}

/// Reads one set, after those with these numbers of pictures, and returns its number of pictures.
pub(crate) fn set(bits: &mut Bits<'_>, before: &[u32], in_slice: bool) -> Result<u32, Error> {
    if !before.is_empty() && bits.flag()? {
        let back = if in_slice { bits.unsigned()? } else { 0 };
        bits.skip(1)?;
        bits.unsigned()?;
        let from = before.len().checked_sub(1 + back as usize);
        let Some(&from) = from.and_then(|at| before.get(at)) else {
            return bits.malformed();
        };
        let mut pictures = 0;
        for _ in 0..=from {
            pictures += u32::from(bits.flag()? || bits.flag()?);
        }
        return Ok(pictures);
    }
    let pictures = bits.up_to(MOST_PICTURES)? + bits.up_to(MOST_PICTURES)?;
    for _ in 0..pictures {
        bits.unsigned()?;
        bits.skip(1)?;
    }
    Ok(pictures)
}
