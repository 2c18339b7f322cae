//! Turns off the filter of edges between blocks in the parameter sets of a picture, for strong
//! reductions. No sample inside a picture is predicted from a filtered one (ITU-T H.265, section 8.4.4.2).

use super::bits::{Bits, packed};
use super::parameters::Parameters;
use super::scaling::{numbers, until_filters};
use super::units::{NO_SLICE, kind};

/// Types of slices that start a sequence: their headers say nothing about other pictures.
const STARTS: [u8; 2] = [19, 20];

/// The picture parameter set without the filter; `None` if the slices would be read otherwise with it.
pub(super) fn left_out(set: &[u8], slices: &[&[u8]], sequence: &Parameters) -> Option<Vec<u8>> {
    let mut bits = Bits::of_unit(set)?;
    until_filters(&mut bits)?;
    let mut all: Vec<bool> = bits.part(0..bits.place()).collect();
    let reaches_across = bits.flag()?;
    let (mut may_differ, mut is_off) = (false, false);
    if bits.flag()? {
        may_differ = bits.flag()?;
        is_off = bits.flag()?;
        if !is_off {
            numbers(&mut bits, 2)?; // its strength
        }
    }
    // With nothing to filter, a slice does not say whether filters reach across its end.
    if is_off || reaches_across && !have_offsets(set, slices, sequence)? {
        return None;
    }
    all.extend([reaches_across, true, may_differ, true]);
    all.extend(bits.part(bits.place()..bits.length()));
    Some(packed(set, &all))
}

/// Whether offsets are added to samples in all slices; `None` if that is not known.
fn have_offsets(set: &[u8], slices: &[&[u8]], sequence: &Parameters) -> Option<bool> {
    let mut bits = Bits::of_unit(set)?;
    numbers(&mut bits, 2)?;
    bits.skip(1);
    let has_output = bits.flag()?;
    let spare = bits.take(3)? as usize;
    let mut coded = slices
        .iter()
        .filter(|unit| kind(unit).is_some_and(|kind| kind < NO_SLICE));
    coded.try_fold(true, |all, slice| {
        // The beginning is enough, and of a whole slice all bytes would be copied.
        let mut bits = Bits::of_unit(slice.get(..slice.len().min(64))?)?;
        let is_first = bits.flag()?;
        if !is_first || !STARTS.contains(&kind(slice)?) {
            return None;
        }
        bits.skip(1);
        numbers(&mut bits, 1)?; // its picture parameter set
        bits.skip(spare);
        numbers(&mut bits, 1)?; // how it is predicted
        bits.skip(usize::from(has_output));
        let of_luma = sequence.has_offsets && bits.flag()?;
        let of_chroma = sequence.has_offsets && sequence.chroma != 0 && bits.flag()?;
        Some(all && (of_luma || of_chroma))
    })
}
