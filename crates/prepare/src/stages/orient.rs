//! The stage `orient`: turns the resized picture upright.

use crate::Orientation;
use crate::pixels::raster::{Raster, Samples};
use crate::pixels::resized::Resized;
use crate::pixels::turn::turn;

/// Turns a picture upright.
pub(crate) fn orient(resized: Resized, orientation: Orientation) -> Resized {
    match resized {
        Resized::Planes(planes) => Resized::Planes(planes.orient(orientation)),
        Resized::Raster(raster) => Resized::Raster(orient_raster(raster, orientation)),
    }
}

fn orient_raster(raster: Raster, orientation: Orientation) -> Raster {
    if orientation == Orientation::Normal {
        return raster;
    }
    let stored = (raster.width, raster.height);
    let (width, height) = orientation.upright_size(stored);
    let channels = raster.layout.channels();
    let samples = match &raster.samples {
        Samples::U8(samples) => Samples::U8(turn(samples, channels, stored, orientation)),
        Samples::U16(samples) => Samples::U16(turn(samples, channels, stored, orientation)),
    };
    Raster {
        width,
        height,
        samples,
        ..raster
    }
}
