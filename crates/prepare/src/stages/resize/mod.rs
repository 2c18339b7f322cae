//! Crops as a view and resizes with Lanczos3, premultiplied where there is alpha.

mod linear;

use fast_image_resize::Resizer;

use avatar_jpeg::{CropRect, Plane};

use crate::pixels::planes::{Planes, SmallPlanes};
use crate::pixels::raster::{Layout, Raster, Samples};
use crate::pixels::resample::{convolve, crop_only, fault, resample, straighten, whole_pixels};
use crate::pixels::square::Square;
use crate::plan::Plan;
use crate::{Effort, Error};

/// Makes the planned square of the `crop` of a picture, still in stored orientation, with straight
/// alpha.
pub(crate) fn resize(
    raster: Raster,
    crop: CropRect,
    plan: &Plan,
    resizer: &mut Resizer,
) -> Result<Raster, Error> {
    let edge = plan.edge();
    let Some(whole) = whole_pixels(crop) else {
        return convolve(raster, crop, edge, resizer);
    };
    if whole.width == edge {
        return straighten(crop_only(raster, whole));
    }
    if plan.effort() == Effort::Best && raster.layout != Layout::Cmyk {
        let light = linear::decode(&straighten(crop_only(raster, whole))?);
        let all = CropRect {
            x: 0.0,
            y: 0.0,
            ..crop
        };
        return Ok(linear::encode(&convolve(light, all, edge, resizer)?));
    }
    convolve(raster, crop, edge, resizer)
}

/// Brings the crop of every plane to edge × edge, still in stored orientation.
pub(crate) fn resize_planes(
    planes: Planes,
    edge: u32,
    resizer: &mut Resizer,
) -> Result<SmallPlanes, Error> {
    let color = planes.color();
    let small = planes
        .planes
        .into_iter()
        .map(|plane| resize_plane(plane, edge, resizer));
    Ok(SmallPlanes {
        edge,
        planes: small.collect::<Result<_, _>>()?,
        color,
    })
}

/// Brings a finished square to another edge.
pub(crate) fn resize_square(
    square: &Square,
    edge: u32,
    resizer: &mut Resizer,
) -> Result<Square, Error> {
    let SmallPlanes {
        edge: before,
        planes,
        color,
    } = square.to_planes();
    let side = f64::from(before);
    let crop = CropRect {
        x: 0.0,
        y: 0.0,
        width: side,
        height: side,
    };
    let small = planes.into_iter().map(|samples| {
        let raster = Raster::new((before, before), Layout::Gray, Samples::U8(samples))
            .ok_or_else(|| fault("plane without samples"))?;
        Ok(convolve(raster, crop, edge, resizer)?.into_8_bit().1)
    });
    let planes = small.collect::<Result<_, Error>>()?;
    Square::from_planes(SmallPlanes {
        edge,
        planes,
        color,
    })
    .map_err(|_| fault("square of another colour model"))
}

fn resize_plane(plane: Plane, edge: u32, resizer: &mut Resizer) -> Result<Vec<u8>, Error> {
    let size = (plane.width as u32, plane.height as u32);
    let crop = plane.crop;
    let raster = Raster::new(size, Layout::Gray, Samples::U8(plane.samples))
        .ok_or_else(|| fault("plane without samples"))?;
    Ok(resample(raster, crop, edge, resizer)?.into_8_bit().1)
}
