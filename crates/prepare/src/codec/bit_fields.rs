//! Pixels whose channels are groups of bits in a number, given by masks.

/// The channel of a pixel that the mask selects, scaled to 8 bits; 255 if the mask is empty.
pub(super) fn sample(pixel: u32, mask: u32) -> u8 {
    let shift = mask.trailing_zeros().min(31);
    let full = u64::from(mask >> shift);
    let value = u64::from((pixel & mask) >> shift);
    (value * 255 + full / 2)
        .checked_div(full)
        .map_or(u8::MAX, |value| value as u8)
}
