//! Units of an HEVC stream.

/// Types of parameter sets: video, sequence and picture (ITU-T H.265, table 7-1).
pub(super) const SETS: std::ops::RangeInclusive<u8> = 32..=34;
pub(super) const SEQUENCE_SET: u8 = 33;
/// Types of slices that refer to no other picture.
pub(super) const INDEPENDENT: std::ops::RangeInclusive<u8> = 16..=21;

/// Whether units of this type are slices. Decoders ignore reserved types (ITU-T H.265, 7.4.2.2).
pub(super) fn is_slice(kind: u8) -> bool {
    matches!(kind, 0..=9 | 16..=21)
}

/// The type of a unit of the base layer; `None` for units of other layers.
pub(super) fn kind(unit: &[u8]) -> Option<u8> {
    let &[first, second, ..] = unit else {
        return None;
    };
    let layer = first & 1 | second >> 3;
    (layer == 0).then_some(first >> 1 & 0x3f)
}
