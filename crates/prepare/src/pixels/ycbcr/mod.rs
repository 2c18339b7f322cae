//! Pictures as luma and chroma planes, as video codecs return them, and their conversion to RGB.
//! The stage `convert` then converts the RGB to sRGB.

mod matrix;

use avatar_jpeg::CropRect;
use avatar_resample::fast_image_resize::Resizer;

use crate::pixels::raster::{Layout, Raster, Samples};
use crate::pixels::resample::resample;
use crate::plan::Plan;
use crate::{Effort, Error, Rect};
#[cfg(feature = "tiff")]
pub(crate) use matrix::BT601_LUMA;
pub(crate) use matrix::Matrix;

/// Pixels that the filter reaches for each pixel of the result, on either side.
const REACH: f64 = 3.0;

/// Pixels in each direction for one of the result, from which on filters are left out that a decoder
/// applies after prediction: no other pixel of a still picture depends on them, and they change less
/// than the reduction shows. libwebp leaves them out from 4 / 3 on.
const REDUCTION: u32 = 4;

/// One component at its own resolution, or a part of it; samples hold `depth` bits of their own scale.
pub(crate) struct Plane {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Where the part lies in the whole component.
    pub(crate) origin: (u32, u32),
    /// Width and height of the whole component.
    pub(crate) whole: (u32, u32),
    pub(crate) samples: Samples,
}

impl Plane {
    /// A whole component.
    #[cfg(feature = "tiff")]
    pub(crate) fn whole((width, height): (u32, u32), samples: Samples) -> Self {
        Self {
            width,
            height,
            origin: (0, 0),
            whole: (width, height),
            samples,
        }
    }
}

/// Size in pixels of what [`Ycbcr::into_raster`] returns.
pub(crate) fn resized(plan: &Plan, has_alpha: bool) -> (u32, u32) {
    let is_final = plan.effort() != Effort::Best && !plan.is_survey;
    match is_final && !has_alpha {
        true => plan.size(),
        false => (plan.crop().width, plan.crop().height),
    }
}

/// Whether each pixel of the result shows at least [`REDUCTION`] in each direction: then decoders leave
/// out the filters after prediction.
pub(crate) fn hides_filters(plan: &Plan) -> bool {
    let (crop, (width, height)) = (plan.crop(), plan.size());
    let fits = |crop: u32, side: u32| crop / REDUCTION >= side;
    plan.effort() != Effort::Best
        && !plan.is_survey
        && fits(crop.width, width)
        && fits(crop.height, height)
}

/// The part of a picture, in luma pixels, that [`Ycbcr::into_raster`] needs: the crop, and around it
/// what the filter reaches. It starts at even pixels, where chroma samples start.
pub(crate) fn needed(
    plan: &Plan,
    window: Rect,
    (width, height): (u32, u32),
    has_alpha: bool,
) -> Rect {
    let crop = plan.crop();
    let (columns, rows) = resized(plan, has_alpha);
    let side = |start: u32, length: u32, result: u32, whole: u32| {
        // Halved chroma may be enlarged, so that a sample of it is two luma pixels.
        let scale = (f64::from(length) / f64::from(result.max(1))).max(2.0);
        let reach = (REACH * scale).ceil() as u32 + 2;
        let end = start.saturating_add(length).saturating_add(reach);
        let first = start.saturating_sub(reach) & !1;
        let end = end.saturating_add(end & 1).min(whole);
        (first.min(end), end.saturating_sub(first))
    };
    let (x, width) = side(window.x + crop.x, crop.width, columns, width);
    let (y, height) = side(window.y + crop.y, crop.height, rows, height);
    Rect {
        x,
        y,
        width,
        height,
    }
}

/// A picture, or the part of it that is needed. Chroma sites are taken as centred between luma sites.
pub(crate) struct Ycbcr {
    pub(crate) luma: Plane,
    pub(crate) chroma: Option<[Plane; 2]>,
    /// Alpha, in full range with `alpha_depth` bits; it can have another size than luma.
    pub(crate) alpha: Option<Plane>,
    /// Whether colour is multiplied by alpha.
    pub(crate) is_premultiplied: bool,
    /// Bits of luma and chroma, 8 to 16.
    pub(crate) depth: u32,
    pub(crate) alpha_depth: u32,
    pub(crate) matrix: Matrix,
    /// The part that is shown, in luma pixels.
    pub(crate) window: Rect,
}

impl Ycbcr {
    /// The planned crop as RGB or gray. An opaque picture is resized first, unless the part that is
    /// shown is not known yet. That is possible because the matrix is linear.
    pub(crate) fn into_raster(self, plan: &Plan) -> Result<Raster, Error> {
        let crop = plan.crop();
        let size = resized(plan, self.alpha.is_some());
        let place = Place {
            rect: Rect {
                x: self.window.x + crop.x,
                y: self.window.y + crop.y,
                ..crop
            },
            whole: self.luma.whole,
            size,
        };
        let mut resizer = Resizer::new();
        let mut shown = |plane| place.shown(plane, &mut resizer);
        let luma = shown(self.luma)?;
        let chroma = match self.chroma {
            Some([cb, cr]) => Some([shown(cb)?, shown(cr)?]),
            None => None,
        };
        let alpha = self.alpha.map(shown).transpose()?;
        let layout = match (&chroma, &alpha) {
            (None, None) => Layout::Gray,
            (None, Some(_)) => Layout::GrayAlpha,
            (Some(_), None) => Layout::Rgb,
            (Some(_), Some(_)) => Layout::Rgba,
        };
        let alpha = alpha.as_ref().map(|alpha| (alpha, self.alpha_depth));
        let samples = self
            .matrix
            .interleave(&luma, chroma.as_ref(), alpha, self.depth);
        let raster = Raster::new(size, layout, samples).ok_or_else(|| Error::Panicked {
            message: "components of different sizes".into(),
        })?;
        Ok(if self.is_premultiplied {
            raster.premultiplied()
        } else {
            raster
        })
    }
}

/// Where the shown part lies in a picture, for planes of any resolution.
struct Place {
    rect: Rect,
    whole: (u32, u32),
    size: (u32, u32),
}

impl Place {
    fn shown(&self, plane: Plane, resizer: &mut Resizer) -> Result<Samples, Error> {
        let (columns, rows) = plane.whole;
        let across = f64::from(columns) / scale(self.whole.0, columns);
        let down = f64::from(rows) / scale(self.whole.1, rows);
        let (x, y) = (
            f64::from(self.rect.x) * across - f64::from(plane.origin.0),
            f64::from(self.rect.y) * down - f64::from(plane.origin.1),
        );
        // Rounding must not exceed the plane.
        let crop = CropRect {
            x,
            y,
            width: (f64::from(self.rect.width) * across).min(f64::from(plane.width) - x),
            height: (f64::from(self.rect.height) * down).min(f64::from(plane.height) - y),
        };
        let size = (plane.width, plane.height);
        let raster = Raster::new(size, Layout::Gray, plane.samples);
        let raster = raster.ok_or_else(|| Error::Panicked {
            message: "a component without samples".into(),
        })?;
        Ok(resample(raster, crop, self.size, resizer)?.samples)
    }
}

/// Luma pixels per sample of the plane: a subsampled plane of an odd side covers half a sample
/// more.
fn scale(whole: u32, plane: u32) -> f64 {
    if whole.div_ceil(2) == plane && whole > 1 {
        f64::from(plane * 2)
    } else {
        f64::from(whole)
    }
}
