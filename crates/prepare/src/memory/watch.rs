//! Lets a caller follow one picture while it is prepared.

use crate::Permit;

/// Receives events of one picture.
pub(crate) trait Watch {
    /// The picture got its memory, and work begins.
    fn begins(&mut self, permit: &Permit);
    /// The memory was too little, and the picture waits for more.
    fn waits(&mut self);
    /// The encoded bytes were read.
    fn read(&mut self, shown: Shown<'_>);
}

/// The encoded bytes.
pub(crate) enum Shown<'a> {
    /// The bytes are those of the source itself.
    Source,
    /// The bytes were read from a file; they must be in the buffer again afterwards.
    Buffer(&'a mut Vec<u8>),
}

/// Ignores all events.
impl Watch for () {
    fn begins(&mut self, _: &Permit) {}
    fn waits(&mut self) {}
    fn read(&mut self, _: Shown<'_>) {}
}
