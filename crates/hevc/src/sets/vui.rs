//! Video usability information (clause E.2): the colours; the rest is skipped.

use crate::Error;
use crate::bits::Bits;

/// Primaries, transfer function and matrix as code points of ITU-T H.273, and whether the range is full.
pub(super) type Colors = ([u16; 3], bool);

/// Reads up to the colours.
pub(super) fn read(bits: &mut Bits<'_>) -> Result<Option<Colors>, Error> {
    if bits.flag()? && bits.take(8)? == 255 {
        bits.skip(32)?; // a ratio of its own
    }
    if bits.flag()? {
        bits.skip(1)?; // overscan
    }
    let mut colors = None;
    if bits.flag()? {
        bits.skip(3)?; // format of the video
        let is_full_range = bits.flag()?;
        let mut points = [2; 3]; // unspecified
        if bits.flag()? {
            for point in &mut points {
                *point = bits.take(8)? as u16;
            }
        }
        colors = Some((points, is_full_range));
    }
    Ok(colors)
}

/// Skips what follows the colours.
pub(super) fn skip_rest(bits: &mut Bits<'_>, sub_layers: u32) -> Result<(), Error> {
    if bits.flag()? {
        bits.unsigned()?; // where chroma samples are
        bits.unsigned()?;
    }
    bits.skip(3)?;
    if bits.flag()? {
        for _ in 0..4 {
            bits.unsigned()?; // the default display window
        }
    }
    if bits.flag()? {
        bits.skip(64)?; // units of time
        if bits.flag()? {
            bits.unsigned()?;
        }
        if bits.flag()? {
            skip_hrd(bits, sub_layers)?;
        }
    }
    if bits.flag()? {
        bits.skip(3)?; // restrictions
        for _ in 0..5 {
            bits.unsigned()?;
        }
    }
    Ok(())
}

/// Clause E.2.2, with the information that all sub-layers share.
fn skip_hrd(bits: &mut Bits<'_>, sub_layers: u32) -> Result<(), Error> {
    let (nal, vcl) = (bits.flag()?, bits.flag()?);
    let mut has_sub_pictures = false;
    if nal || vcl {
        has_sub_pictures = bits.flag()?;
        if has_sub_pictures {
            bits.skip(8 + 5 + 1 + 5)?;
        }
        bits.skip(4 + 4)?;
        if has_sub_pictures {
            bits.skip(4)?;
        }
        bits.skip(5 + 5 + 5)?;
    }
    for _ in 0..=sub_layers {
        let is_fixed = bits.flag()?;
        let is_fixed_within = is_fixed || bits.flag()?;
        let mut is_low_delay = false;
        if is_fixed_within {
            bits.unsigned()?;
        } else {
            is_low_delay = bits.flag()?;
        }
        let count = if is_low_delay { 1 } else { 1 + bits.up_to(31)? };
        for _ in 0..count * (u32::from(nal) + u32::from(vcl)) {
            for _ in 0..if has_sub_pictures { 4 } else { 2 } {
                bits.unsigned()?;
            }
            bits.skip(1)?;
        }
    }
    Ok(())
}
