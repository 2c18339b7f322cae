//! The stage `resize`: crops, and resizes with Lanczos3; colours are premultiplied if there is
//! alpha. Cropping copies no pixels.

mod linear;

use avatar_resample::fast_image_resize::Resizer;

use avatar_jpeg::{CropRect, Plane};

use crate::pixels::decoded::Decoded;
use crate::pixels::planes::{Planes, SmallPlanes};
use crate::pixels::raster::{Layout, Raster, Samples};
use crate::pixels::reduce::Reduced;
use crate::pixels::resample::{
    convolve, crop_only, crop_rect, fault, resample, straighten, whole_pixels,
};
use crate::pixels::resized::Resized;
use crate::pixels::square::Square;
use crate::{Effort, Error, Plan, Rect};

/// Resizes the part that is shown to the planned size, still in stored orientation. Planes stay
/// planes, unless they are resized in linear light. If it `may_halve`, chroma that the file has at half
/// resolution gets half of that size.
pub(crate) fn resize(
    pixels: Decoded,
    plan: &Plan,
    may_halve: bool,
    resizer: &mut Resizer,
) -> Result<Resized, Error> {
    let (raster, crop, plan) = match pixels {
        Decoded::Planes(planes) if plan.effort() != Effort::Best => {
            let small = match may_halve && planes.is_halved() && can_be_halved(plan.size()) {
                true => halve_planes(planes, plan.size(), resizer)?,
                false => resize_planes(planes, plan.size(), resizer)?,
            };
            return Ok(Resized::Planes(small));
        }
        Decoded::Planes(planes) => {
            let size = (plan.crop().width, plan.crop().height);
            let whole = Resized::Planes(resize_planes(planes, size, resizer)?);
            let plan = plan.of_whole(size);
            (whole.into_raster()?, crop_rect(plan.crop()), plan)
        }
        Decoded::Cropped(raster) => {
            let plan = plan.of_whole((raster.width, raster.height));
            (raster, crop_rect(plan.crop()), plan)
        }
        Decoded::Reduced(Reduced { raster, crop }) => (raster, crop, plan.clone()),
        Decoded::Raster(raster) => (raster, crop_rect(plan.crop()), plan.clone()),
        Decoded::Damaged { pixels, .. } => return resize(*pixels, plan, may_halve, resizer),
        Decoded::Linear(_) => return Err(fault("linear light that was not tone mapped")),
    };
    resize_raster(raster, crop, &plan, resizer).map(Resized::Raster)
}

fn resize_raster(
    raster: Raster,
    crop: CropRect,
    plan: &Plan,
    resizer: &mut Resizer,
) -> Result<Raster, Error> {
    let size = plan.size();
    let Some(whole) = whole_pixels(crop) else {
        return convolve(raster, crop, size, resizer);
    };
    if (whole.width, whole.height) == size {
        return straighten(crop_only(raster, whole));
    }
    if plan.effort() == Effort::Best && raster.layout != Layout::Cmyk {
        let light = linear::decode(&straighten(crop_only(raster, whole))?);
        let all = CropRect {
            x: 0.0,
            y: 0.0,
            ..crop
        };
        return Ok(linear::encode(&convolve(light, all, size, resizer)?));
    }
    convolve(raster, crop, size, resizer)
}

/// Resizes the crop of every plane to one size, still in stored orientation.
pub(crate) fn resize_planes(
    planes: Planes,
    size: (u32, u32),
    resizer: &mut Resizer,
) -> Result<SmallPlanes, Error> {
    let color = planes.color();
    let small = planes
        .planes
        .into_iter()
        .map(|plane| resize_plane(plane, size, resizer));
    Ok(SmallPlanes {
        size,
        planes: small.collect::<Result<_, _>>()?,
        color,
        is_halved: false,
    })
}

/// Smallest side at which chroma may be halved before encoding: at tiny ones the encoder keeps it whole.
const LEAST_HALVED: u32 = 64;

fn can_be_halved((width, height): (u32, u32)) -> bool {
    width.min(height) >= LEAST_HALVED && width.is_multiple_of(2) && height.is_multiple_of(2)
}

/// Resizes the crop of the first plane to a size with even sides, and that of the others to half of it.
fn halve_planes(
    planes: Planes,
    size: (u32, u32),
    resizer: &mut Resizer,
) -> Result<SmallPlanes, Error> {
    let color = planes.color();
    let sizes = std::iter::once(size).chain(std::iter::repeat((size.0 / 2, size.1 / 2)));
    let small = planes.planes.into_iter().zip(sizes);
    let small = small.map(|(plane, size)| resize_plane(plane, size, resizer));
    Ok(SmallPlanes {
        size,
        planes: small.collect::<Result<_, _>>()?,
        color,
        is_halved: true,
    })
}

/// Resizes a finished square to another edge.
pub(crate) fn resize_square(
    square: &Square,
    edge: u32,
    resizer: &mut Resizer,
) -> Result<Square, Error> {
    let SmallPlanes {
        size: before,
        planes,
        color,
        is_halved,
    } = square.to_planes()?;
    let crop = crop_rect(Rect::of_size(before));
    let size = (edge, edge);
    let small = planes.into_iter().map(|samples| {
        let raster = Raster::new(before, Layout::Gray, Samples::U8(samples))
            .ok_or_else(|| fault("plane without samples"))?;
        Ok(convolve(raster, crop, size, resizer)?.into_8_bit().1)
    });
    let planes = small.collect::<Result<_, Error>>()?;
    Square::from_planes(SmallPlanes {
        size,
        planes,
        color,
        is_halved,
    })
    .map_err(|_| fault("square of another colour model"))
}

fn resize_plane(plane: Plane, size: (u32, u32), resizer: &mut Resizer) -> Result<Vec<u8>, Error> {
    let stored = (plane.width as u32, plane.height as u32);
    let raster = Raster::new(stored, Layout::Gray, Samples::U8(plane.samples))
        .ok_or_else(|| fault("plane without samples"))?;
    Ok(resample(raster, plane.crop, size, resizer)?.into_8_bit().1)
}
