//! Kinds of what the look-up of several bits finds.

/// All of a pixel.
pub(super) const PIXEL: u64 = 0;
/// The green of a pixel, whose other codes follow.
pub(super) const GREEN: u64 = 1;
/// A symbol that is a length or a place in the cache.
pub(super) const OTHER: u64 = 2;
/// A code of green that is longer than what was looked up.
pub(super) const LONG: u64 = 3;

/// The kind, which is in the second byte.
#[inline(always)]
pub(super) fn of(entry: u64) -> u64 {
    entry >> 8 & 0xff
}
