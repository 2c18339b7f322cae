//! The pixels that a codec returns.

use avatar_jpeg::CropRect;

use super::linear_image::LinearImage;
use super::planes::Planes;
use super::raster::Raster;
use super::reduce::Reduced;
use super::resample::crop_rect;
use crate::{Effort, Note, Plan, Rect};

/// A part of a reduced picture must have at least this multiple of the result's resolution, or it
/// is decoded again. A little less than the resolution that decoders keep.
const MARGIN: f64 = 1.5;

/// Pixels in one of the lanes.
#[derive(Clone)]
pub(crate) enum Decoded {
    /// Interleaved, the whole picture.
    Raster(Raster),
    /// Interleaved, cropped and reduced as far as the plan allows.
    Reduced(Reduced),
    /// Interleaved, only the crop, possibly reduced to the edge already.
    Cropped(Raster),
    /// One plane per component, cropped and reduced as far as the plan allows.
    Planes(Planes),
    /// Linear light, the whole picture; it becomes a raster before it is resized.
    Linear(LinearImage),
    /// Any of the others, of which something is missing or was repaired.
    Damaged { pixels: Box<Decoded>, note: Note },
}

impl Decoded {
    /// The same pixels with a note about what is missing.
    pub(crate) fn damaged(self, note: Note) -> Self {
        Self::Damaged {
            pixels: Box::new(self),
            note,
        }
    }
}

impl Decoded {
    /// The part that `plan` shows of the picture that `survey` decoded; `None` if that was reduced
    /// too far.
    pub(crate) fn part(self, survey: &Plan, plan: &Plan) -> Option<Self> {
        let (all, part) = (survey.crop(), plan.crop());
        let is_enough = |crop: CropRect| {
            let margin = match plan.effort() {
                Effort::Fast => 1.0,
                Effort::Balanced | Effort::Best => MARGIN,
            };
            let (width, height) = plan.size();
            let suffices = |found: f64, whole: u32, wanted: u32| {
                found >= f64::from(whole) || found >= f64::from(wanted) * margin * 0.999
            };
            suffices(crop.width, part.width, width) && suffices(crop.height, part.height, height)
        };
        match self {
            Self::Raster(raster) => Some(Self::Raster(raster)),
            Self::Reduced(Reduced { raster, crop }) => {
                let crop = within(crop, all, part);
                is_enough(crop).then_some(Self::Reduced(Reduced { raster, crop }))
            }
            Self::Cropped(raster) => {
                let whole = crop_rect(Rect::of_size((raster.width, raster.height)));
                let crop = within(whole, all, part);
                is_enough(crop).then_some(Self::Reduced(Reduced { raster, crop }))
            }
            Self::Planes(mut planes) => {
                for plane in &mut planes.planes {
                    plane.crop = within(plane.crop, all, part);
                }
                // The first plane is luma, or has the same resolution as the others.
                let crop = planes.planes.first()?.crop;
                is_enough(crop).then_some(Self::Planes(planes))
            }
            Self::Linear(image) => Some(Self::Linear(image)),
            Self::Damaged { pixels, note } => {
                let part = pixels.part(survey, plan)?;
                Some(part.damaged(note))
            }
        }
    }
}

/// Where a part of a picture lies in decoded pixels, in which `crop` is the whole picture.
fn within(crop: CropRect, all: Rect, part: Rect) -> CropRect {
    let (across, down) = (
        crop.width / f64::from(all.width),
        crop.height / f64::from(all.height),
    );
    CropRect {
        x: crop.x + f64::from(part.x - all.x) * across,
        y: crop.y + f64::from(part.y - all.y) * down,
        width: f64::from(part.width) * across,
        height: f64::from(part.height) * down,
    }
}
