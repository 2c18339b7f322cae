//! What a codec hands over.

use super::light::Light;
use super::planes::Planes;
use super::raster::Raster;
use super::reduce::Reduced;

/// Pixels in one of the lanes.
pub(crate) enum Decoded {
    /// Interleaved, the whole picture.
    Raster(Raster),
    /// Interleaved, cropped and reduced as far as the plan allows.
    Reduced(Reduced),
    /// Interleaved, just the crop, perhaps reduced to the edge already.
    Cropped(Raster),
    /// One plane a component, cropped and reduced as far as the plan allows.
    Planes(Planes),
    /// Linear light, the whole picture; it becomes a raster before it is resized.
    Light(Light),
}
