//! What can be wrong with a frame.

/// Why a frame cannot be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Damage {
    /// Its data ends before its pixels do.
    Ends,
    /// Its prefix codes take more memory than is allowed, which the format does not forbid.
    Codes,
    /// What was found in it.
    Contents(&'static str),
}
