//! Pixels whose channels are bits anywhere in a number, told by masks.

/// What the mask takes of a pixel, to 8 bits; all of what no mask is for.
pub(super) fn sample(pixel: u32, mask: u32) -> u8 {
    let shift = mask.trailing_zeros().min(31);
    let full = u64::from(mask >> shift);
    let value = u64::from((pixel & mask) >> shift);
    (value * 255 + full / 2)
        .checked_div(full)
        .map_or(u8::MAX, |value| value as u8)
}
