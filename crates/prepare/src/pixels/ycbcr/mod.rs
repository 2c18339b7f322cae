//! Pictures as luma and chroma planes, as video codecs return them, and their conversion to RGB.
//! The stage `convert` then converts the RGB to sRGB.

mod matrix;

use avatar_jpeg::CropRect;
use fast_image_resize::Resizer;

use crate::pixels::raster::{Layout, Raster, Samples};
use crate::pixels::resample::resample;
use crate::plan::Plan;
use crate::{Effort, Error, Rect};
#[cfg(feature = "tiff")]
pub(crate) use matrix::BT601_LUMA;
pub(crate) use matrix::Matrix;

/// One component at its own resolution; samples hold `depth` bits of their own scale.
pub(crate) struct Plane {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) samples: Samples,
}

/// A whole picture. Chroma sites are taken as centred between luma sites.
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
        let is_final = plan.effort() != Effort::Best && !plan.is_survey;
        let is_small = self.alpha.is_none() && is_final;
        let size = match is_small {
            true => plan.size(),
            false => (crop.width, crop.height),
        };
        let place = Place {
            rect: Rect {
                x: self.window.x + crop.x,
                y: self.window.y + crop.y,
                ..crop
            },
            whole: (self.luma.width, self.luma.height),
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
        let across = f64::from(plane.width) / scale(self.whole.0, plane.width);
        let down = f64::from(plane.height) / scale(self.whole.1, plane.height);
        let (x, y) = (
            f64::from(self.rect.x) * across,
            f64::from(self.rect.y) * down,
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
