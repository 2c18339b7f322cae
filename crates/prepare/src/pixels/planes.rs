//! Decoded JPEG components, each at its own resolution, and the same after resizing.

use avatar_jpeg::{ColorModel, Plane, bt601};

use avatar_resample::fast_image_resize::Resizer;

use crate::pixels::raster::{Layout, Raster, Samples};
use crate::pixels::resample::{crop_rect, resample};
use crate::pixels::turn::turn_plane;
use crate::{Error, Note, Orientation, Rect};

/// Components as the decoder returns them: cropped to whole blocks, each reduced separately.
#[derive(Clone)]
pub(crate) struct Planes {
    pub(crate) planes: Vec<Plane>,
    color: ColorModel,
    damage: Option<Note>,
    is_halved: bool,
}

impl Planes {
    pub(crate) fn new(decoded: avatar_jpeg::Planes) -> Self {
        let percent = (decoded.decoded_share * 100.0).clamp(0.0, 100.0) as u8;
        let damage = decoded.damaged.then_some(Note::Damaged { percent });
        Self {
            planes: decoded.planes,
            color: decoded.color,
            damage,
            is_halved: false,
        }
    }

    /// Says whether the file has half as many chroma samples as luma samples in each direction.
    pub(crate) fn halved(self, is_halved: bool) -> Self {
        Self { is_halved, ..self }
    }

    pub(crate) fn is_halved(&self) -> bool {
        self.is_halved
    }

    /// The note about missing data, if any is missing.
    pub(crate) fn damage(&self) -> Option<Note> {
        self.damage.clone()
    }

    pub(crate) fn color(&self) -> ColorModel {
        self.color
    }
}

/// Resized components, still in the file's colour model.
pub(crate) struct SmallPlanes {
    pub(crate) size: (u32, u32),
    pub(crate) planes: Vec<Vec<u8>>,
    pub(crate) color: ColorModel,
    /// Whether all planes but the first have half of `size` in each direction, which is even then.
    pub(crate) is_halved: bool,
}

impl SmallPlanes {
    /// Width and height of the plane with this index.
    fn size_of(&self, index: usize) -> (u32, u32) {
        let (width, height) = self.size;
        match self.is_halved && index > 0 {
            true => (width / 2, height / 2),
            false => self.size,
        }
    }

    /// Enlarges halved planes to the size of the first.
    pub(crate) fn enlarged(self) -> Result<Self, Error> {
        if !self.is_halved {
            return Ok(self);
        }
        let missing = || Error::Panicked {
            message: "a component without samples".into(),
        };
        let mut resizer = Resizer::new();
        let sizes: Vec<_> = (0..self.planes.len()).map(|at| self.size_of(at)).collect();
        let planes = self.planes.into_iter().zip(sizes).map(|(plane, size)| {
            let raster = Raster::new(size, Layout::Gray, Samples::U8(plane)).ok_or_else(missing)?;
            let whole = crop_rect(Rect::of_size(size));
            Ok(resample(raster, whole, self.size, &mut resizer)?
                .into_8_bit()
                .1)
        });
        Ok(Self {
            planes: planes.collect::<Result<_, Error>>()?,
            is_halved: false,
            ..self
        })
    }

    /// Turns every plane upright.
    pub(crate) fn orient(self, orientation: Orientation) -> Self {
        if orientation == Orientation::Normal {
            return self;
        }
        let planes = (0..)
            .zip(&self.planes)
            .map(|(at, plane)| turn_plane(plane, self.size_of(at), orientation))
            .collect();
        Self {
            size: orientation.upright_size(self.size),
            planes,
            ..self
        }
    }

    /// Whether the planes are luma, or YCbCr, of a square.
    pub(crate) fn can_be_a_square(&self) -> bool {
        let (width, height) = self.size;
        width == height && matches!(self.color, ColorModel::Gray | ColorModel::YCbCr)
    }

    /// Interleaves the planes: gray, RGB, or CMYK with 0 for no ink. `None` if there are fewer
    /// planes than the colour model has, or some are halved.
    pub(crate) fn into_raster(self) -> Option<Raster> {
        if self.is_halved {
            return None;
        }
        let size = self.size;
        let mut planes = self.planes.into_iter();
        let mut next = || planes.next();
        let (layout, samples) = match self.color {
            ColorModel::Gray => (Layout::Gray, next()?),
            ColorModel::Rgb => (Layout::Rgb, interleave(&[next()?, next()?, next()?])),
            ColorModel::YCbCr => (
                Layout::Rgb,
                to_rgb(&interleave(&[next()?, next()?, next()?])),
            ),
            ColorModel::Cmyk { .. } => {
                let stored = interleave(&[next()?, next()?, next()?, next()?]);
                (Layout::Cmyk, invert(stored))
            }
            ColorModel::Ycck { .. } => {
                let rgb = to_rgb(&interleave(&[next()?, next()?, next()?]));
                // The first three are 255 minus ink, whichever way ink is stored (Adobe 5116).
                let (pixels, _) = rgb.as_chunks::<3>();
                let stored = pixels.iter().zip(next()?);
                let stored = stored.flat_map(|(&[r, g, b], k)| [255 - r, 255 - g, 255 - b, k]);
                (Layout::Cmyk, invert(stored.collect()))
            }
        };
        Raster::new(size, layout, Samples::U8(samples))
    }
}

fn interleave<const N: usize>(planes: &[Vec<u8>; N]) -> Vec<u8> {
    let length = planes.iter().map(Vec::len).min().unwrap_or(0);
    (0..length)
        .flat_map(|at| planes.each_ref().map(|plane| plane[at]))
        .collect()
}

/// Inverts CMYK. Photoshop stores 255 minus ink, and all other programs do the same, even without
/// Adobe's marker.
fn invert(mut samples: Vec<u8>) -> Vec<u8> {
    for sample in &mut samples {
        *sample = 255 - *sample;
    }
    samples
}

fn to_rgb(ycbcr: &[u8]) -> Vec<u8> {
    let (pixels, _) = ycbcr.as_chunks::<3>();
    pixels
        .iter()
        .flat_map(|&pixel| bt601::to_rgb(pixel))
        .collect()
}
