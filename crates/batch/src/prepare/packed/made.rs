//! What a worker hands to the packer.

use super::super::item::Done;
use crate::packs::index::SampleRow;

/// What a worker made of a picture.
pub(in super::super) struct Made {
    pub(super) done: Done,
    /// The new result, if there is one.
    pub(super) sample: Option<Sample>,
}

/// A result that is to be packed.
pub(in super::super) struct Sample {
    pub(super) picture: Vec<u8>,
    pub(super) row: SampleRow,
}
