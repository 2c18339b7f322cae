//! Kinds of units (table 7-1).

/// Numbers of the kinds of parameter sets.
pub(crate) const SEQUENCE_SET: u8 = 33;
pub(crate) const PICTURE_SET: u8 = 34;
/// Numbers of slices that refer to no other picture.
pub(crate) const INTRA: std::ops::RangeInclusive<u8> = 16..=21;

/// What a unit is, as far as still pictures depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitKind {
    /// A sequence or picture parameter set.
    Set,
    /// A slice that refers to no other picture.
    IntraSlice,
    /// A slice that may refer to others.
    OtherSlice,
    /// Anything else. Decoders ignore reserved kinds (clause 7.4.2.2).
    Other,
}

impl UnitKind {
    /// By the header of the unit. Units of other layers than the base layer are [`UnitKind::Other`].
    #[must_use]
    pub fn of(unit: &[u8]) -> Self {
        match number(unit) {
            Some(SEQUENCE_SET | PICTURE_SET) => Self::Set,
            Some(kind) if INTRA.contains(&kind) => Self::IntraSlice,
            Some(0..=9) => Self::OtherSlice,
            _ => Self::Other,
        }
    }

    pub(crate) fn is_slice(self) -> bool {
        matches!(self, Self::IntraSlice | Self::OtherSlice)
    }
}

/// The number of the kind of a unit of the base layer; `None` for units of other layers.
pub(crate) fn number(unit: &[u8]) -> Option<u8> {
    let &[first, second, ..] = unit else {
        return None;
    };
    let layer = first & 1 | second >> 3;
    (layer == 0).then_some(first >> 1 & 0x3f)
}
