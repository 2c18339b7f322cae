//! How callers follow a file that is read in pieces.

/// Takes the bytes of a source that is read in pieces, for example to hash them. Reading in pieces can be given
/// up after some or all bytes: then what was taken does not count, and [`Work::read`](crate::Work::read) gets
/// the whole source.
pub trait Pieces: Send {
    /// Reading begins, possibly again: what was taken before does not count.
    fn begin(&mut self);

    /// Takes the bytes that follow the last ones.
    fn take(&mut self, piece: &[u8]);
}

/// Ignores all bytes.
impl Pieces for () {
    fn begin(&mut self) {}
    fn take(&mut self, _: &[u8]) {}
}
