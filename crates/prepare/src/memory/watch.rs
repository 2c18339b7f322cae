//! Following one picture from outside while it is prepared.

use crate::Permit;

/// Who follows a picture on its way.
pub(crate) trait Watch {
    /// Memory was lent, and work begins.
    fn begins(&mut self, permit: &Permit);
    /// It was too little, and the picture waits for more.
    fn waits(&mut self);
    /// The encoded bytes were read.
    fn read(&mut self, shown: Shown<'_>);
}

/// Encoded bytes, to look at.
pub(crate) enum Shown<'a> {
    /// The source's own.
    Source,
    /// Read from a file; they must be in place again afterwards.
    Buffer(&'a mut Vec<u8>),
}

/// Nobody.
impl Watch for () {
    fn begins(&mut self, _: &Permit) {}
    fn waits(&mut self) {}
    fn read(&mut self, _: Shown<'_>) {}
}
