//! What can be wrong with a frame.

/// Why a frame cannot be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Damage {
    /// Its data ends before its pixels do.
    Ends,
    /// What was found in it.
    Contents(&'static str),
}
