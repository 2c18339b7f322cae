//! Pixels that have been converted to sRGB.

use super::planes::SmallPlanes;
use super::raster::Layout;

/// Pixels of one of the two lanes, upright.
pub(crate) enum Converted {
    /// Luma alone, or YCbCr, of a square picture that was sRGB already.
    Planes(SmallPlanes),
    Raster(Srgb),
}

/// Pixels in 8-bit sRGB or sRGB-encoded gray, opaque or not.
pub(crate) struct Srgb {
    pub(crate) size: (u32, u32),
    pub(crate) layout: Layout,
    pub(crate) samples: Vec<u8>,
}
