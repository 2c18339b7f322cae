//! The header of a slice segment of an intra picture (clause 7.3.6.1).

use crate::Error;
use crate::bits::Bits;
use crate::sets::references;
use crate::sets::{Pps, Sps};

/// Numbers of kinds of units (table 7-1).
pub(crate) const IDR: std::ops::RangeInclusive<u8> = 19..=20;

/// What a slice says, and its dependent segments share.
#[derive(Clone, Copy, Default)]
pub(crate) struct Slice {
    /// Whether offsets are added to samples, of luma and of chroma.
    pub(crate) offsets: [bool; 2],
    pub(crate) quantizer: i32,
    pub(crate) chroma_offsets: [i32; 2],
    pub(crate) has_chroma_lists: bool,
    pub(crate) deblocking: crate::sets::Deblocking,
    pub(crate) is_filtered_across: bool,
}

/// The header of a segment.
pub(crate) struct Header {
    pub(crate) slice: Slice,
    pub(crate) is_dependent: bool,
    /// Where the segment starts, in raster order.
    pub(crate) address: u32,
    /// The number of the first byte of data.
    pub(crate) data: usize,
}

/// The first flag of a segment and the number of its picture parameter set.
pub(crate) fn start(content: &[u8], kind: u8) -> Result<(bool, u32), Error> {
    let mut bits = Bits::new(content, "a slice header");
    let is_first = bits.flag()?;
    bits.skip(u64::from(kind >= 16))?;
    Ok((is_first, bits.up_to(63)?))
}

impl Header {
    /// Reads the header from the content of a unit after the header of the unit.
    pub(crate) fn read(
        content: &[u8],
        kind: u8,
        sps: &Sps,
        pps: &Pps,
        before: Option<&Slice>,
    ) -> Result<Self, Error> {
        let mut all = Bits::new(content, "a slice header");
        let bits = &mut all;
        let is_first = bits.flag()?;
        bits.skip(1)?; // no output of prior pictures
        bits.up_to(63)?;
        let (across, down) = sps.tree_blocks();
        let count = across * down;
        let (mut is_dependent, mut address) = (false, 0);
        if !is_first {
            is_dependent = pps.has_dependent_slices && bits.flag()?;
            address = bits.take(count.next_power_of_two().trailing_zeros())?;
            if address == 0 || address >= count {
                return bits.malformed();
            }
        }
        let slice = match (is_dependent, before) {
            (false, _) => own(bits, kind, sps, pps)?,
            (true, Some(before)) => *before,
            (true, None) => return bits.malformed(),
        };
        if pps.tiles.is_some() || pps.has_wavefronts {
            skip_entry_points(bits, count)?;
        }
        if pps.has_header_extension {
            let length = bits.up_to(256)?;
            bits.skip(8 * u64::from(length))?;
        }
        Ok(Self {
            slice,
            is_dependent,
            address,
            data: all.aligned()?,
        })
    }
}

/// Where each tile or row starts follows from where the one before it ends.
fn skip_entry_points(bits: &mut Bits<'_>, most: u32) -> Result<(), Error> {
    let count = bits.up_to(most)?;
    if count > 0 {
        let length = 1 + bits.up_to(31)?;
        bits.skip(u64::from(count) * u64::from(length))?;
    }
    Ok(())
}

/// What a slice that depends on no other says.
fn own(bits: &mut Bits<'_>, kind: u8, sps: &Sps, pps: &Pps) -> Result<Slice, Error> {
    bits.skip(pps.spare_bits.into())?;
    match bits.up_to(2)? {
        2 => {}
        _ => {
            return Err(Error::Unsupported(
                "a slice that is predicted from other pictures",
            ));
        }
    }
    bits.skip(pps.has_output_flag.into())?;
    if !IDR.contains(&kind) {
        skip_references(bits, sps)?;
    }
    let mut offsets = [false; 2];
    if sps.has_offsets {
        offsets = [bits.flag()?, sps.chroma != 0 && bits.flag()?];
    }
    let quantizer = pps.quantizer + bits.signed(-128..=128)?;
    if quantizer > 51 || quantizer < -6 * (sps.depths[0] as i32 - 8) {
        return bits.malformed();
    }
    let mut chroma_offsets = [0; 2];
    if pps.has_slice_offsets {
        chroma_offsets = [bits.signed(-12..=12)?, bits.signed(-12..=12)?];
    }
    let has_chroma_lists = pps.chroma_lists.is_some() && bits.flag()?;
    let mut deblocking = pps.deblocking;
    if pps.may_override && bits.flag()? {
        deblocking = crate::sets::Deblocking::read(bits)?;
    }
    let is_filtered = offsets[0] || offsets[1] || !deblocking.is_off;
    let is_filtered_across = match pps.is_filtered_across && is_filtered {
        true => bits.flag()?,
        false => pps.is_filtered_across,
    };
    Ok(Slice {
        offsets,
        quantizer,
        chroma_offsets,
        has_chroma_lists,
        deblocking,
        is_filtered_across,
    })
}

/// References to other pictures, which pictures that start a sequence can state.
fn skip_references(bits: &mut Bits<'_>, sps: &Sps) -> Result<(), Error> {
    bits.skip(sps.order_bits.into())?;
    let sets = sps.references.len() as u32;
    if !bits.flag()? {
        references::set(bits, &sps.references, true)?;
    } else if sets > 1 {
        bits.skip(sets.next_power_of_two().trailing_zeros().into())?;
    }
    if let Some(listed) = sps.long_term {
        let of_sequence = if listed > 0 { bits.up_to(listed)? } else { 0 };
        let own = bits.up_to(32)?;
        for at in 0..of_sequence + own {
            if at < of_sequence {
                bits.skip(listed.next_power_of_two().trailing_zeros().into())?;
            } else {
                bits.skip(u64::from(sps.order_bits) + 1)?;
            }
            if bits.flag()? {
                bits.unsigned()?;
            }
        }
    }
    bits.skip(sps.has_temporal_vectors.into())
}
