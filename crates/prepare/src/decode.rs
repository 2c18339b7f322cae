//! From an opened picture to pixels, in the lane that suits its format.

use avatar_jpeg::Scratch;

use crate::Error;
use crate::codec::Opened;
use crate::color::Color;
use crate::light::Light;
use crate::plan::Plan;
use crate::planes::Planes;
use crate::raster::Raster;
use crate::reduce::Reduced;

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

/// Decodes what the plan needs; also hands on what the file says of its colours.
pub(crate) fn decode(
    opened: Opened<'_>,
    plan: &Plan,
    scratch: &mut Scratch,
) -> Result<(Decoded, Color), Error> {
    let Opened { header, decode } = opened;
    Ok((decode(plan, scratch)?, header.color))
}
