//! How much memory a picture will take.

/// Memory that preparing one picture takes at most, in bytes, as far as its header tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryNeeded {
    /// The encoded picture and everything that is made of it.
    pub prepared: u64,
    /// The same where results are compared with the square: for a score, or where the cap cannot be met
    /// at the planned edge.
    pub compared: u64,
}
