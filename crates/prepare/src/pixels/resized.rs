//! The part of a picture that is shown, at its size in the square.

use super::planes::SmallPlanes;
use super::raster::Raster;
use crate::Error;

/// Pixels of one of the two lanes.
pub(crate) enum Resized {
    /// One plane per component, as JPEG stores them.
    Planes(SmallPlanes),
    /// Interleaved, with straight alpha.
    Raster(Raster),
}

impl Resized {
    /// Interleaves planes.
    pub(crate) fn into_raster(self) -> Result<Raster, Error> {
        match self {
            Self::Raster(raster) => Ok(raster),
            Self::Planes(planes) => {
                let raster = planes.enlarged()?.into_raster();
                raster.ok_or_else(|| Error::Panicked {
                    message: "a component of the picture is missing".into(),
                })
            }
        }
    }
}
