//! How much memory a picture will take.

/// The most memory that preparing one picture takes, in bytes, as estimated from its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryNeeded {
    /// For the encoded picture and everything that is made from it.
    pub prepared: u64,
    /// The same if results are compared with the square: for a score, or if the cap cannot be met
    /// well at the planned edge.
    pub compared: u64,
}
