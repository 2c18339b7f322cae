//! What can be wrong with a frame.

/// Why a frame cannot be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Damage {
    /// It is shorter than its header says.
    Ends,
    /// What was found in it.
    Contents(&'static str),
}
