//! Lets a caller follow one picture while it is prepared.

use std::sync::Arc;

use crate::Permit;

/// Receives events of one picture.
pub(crate) trait Watch {
    /// The picture got its memory, and work begins.
    fn begins(&mut self, permit: &Permit);
    /// The memory was too little, and the picture waits for more.
    fn waits(&mut self);
    /// A buffer to read into, if one is at hand.
    fn buffer(&mut self) -> Option<Vec<u8>> {
        None
    }
    /// The encoded bytes were read.
    fn read(&mut self, shown: Shown<'_>);
    /// Whether the source may be read in pieces, which are then shown instead of all its bytes.
    fn wants_pieces(&self) -> bool;
    /// Reading in pieces begins, possibly again.
    fn begins_pieces(&mut self);
    /// The bytes that follow the last ones.
    fn takes_piece(&mut self, piece: &[u8]);
    /// All bytes were read.
    fn ends_pieces(&mut self);
}

/// The encoded bytes.
pub(crate) enum Shown<'a> {
    /// The bytes are those of the source itself.
    Source,
    /// The bytes were read from a file. A clone keeps their memory.
    Buffer(&'a Arc<Vec<u8>>),
}

/// Ignores all events.
impl Watch for () {
    fn begins(&mut self, _: &Permit) {}
    fn waits(&mut self) {}
    fn read(&mut self, _: Shown<'_>) {}
    fn wants_pieces(&self) -> bool {
        true
    }
    fn begins_pieces(&mut self) {}
    fn takes_piece(&mut self, _: &[u8]) {}
    fn ends_pieces(&mut self) {}
}
