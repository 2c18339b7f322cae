//! One picture's road, start to end.

use avatar_jpeg::{Fitter, Scratch};
use fast_image_resize::Resizer;

use crate::color::Color;
use crate::convert::Converter;
use crate::decode::{Decoded, decode};
use crate::fit::fit;
use crate::flatten::flatten;
use crate::guard::guarded;
use crate::orient::orient;
use crate::plan::{self, Plan, plan};
use crate::planes::{Planes, SmallPlanes};
use crate::probe::{Probe, probe};
use crate::raster::Raster;
use crate::resize::{resize, resize_planes};
use crate::square::Square;
use crate::{Avatar, Effort, Error, Limits, Note, Settings, Source};

/// Encoded bytes of which the memory is kept from one picture to the next; after larger ones all
/// scratch memory is returned, so that one giant does not weigh on the rest of a batch.
const KEPT: usize = 1 << 20;

/// Prepares pictures one after the other; owns scratch memory, so keep one per thread.
///
/// ```
/// use avatar_prepare::{Format, Limits, Preparer, Settings};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let gray = b"P5 3 2 255 \x00\x7f\xff\x00\x7f\xff"; // a PGM of 3 x 2 pixels
/// let mut preparer = Preparer::new(Settings::default(), Limits::default());
/// let avatar = preparer.prepare(gray)?;
/// assert_eq!(avatar.probe().format(), Format::Pnm);
/// assert_eq!(avatar.edge(), 2); // the centre square, not enlarged
/// assert!(avatar.bytes().starts_with(&[0xff, 0xd8]));
/// # Ok(())
/// # }
/// ```
pub struct Preparer {
    settings: Settings,
    limits: Limits,
    scratch: Scratch,
    resizer: Resizer,
    converter: Converter,
    fitter: Fitter,
    encoded: Vec<u8>,
}

impl Preparer {
    /// A preparer that makes what `settings` say from sources within `limits`.
    #[must_use]
    pub fn new(settings: Settings, limits: Limits) -> Self {
        Self {
            settings,
            limits,
            scratch: Scratch::new(),
            resizer: Resizer::new(),
            converter: Converter::default(),
            fitter: Fitter::new(),
            encoded: Vec::new(),
        }
    }

    /// Prepares one encoded picture of any format.
    ///
    /// # Errors
    /// Every variant of [`Error`] but [`Error::Io`]; nothing is kept of a failed picture.
    pub fn prepare(&mut self, bytes: &[u8]) -> Result<Avatar, Error> {
        self.guarded(|preparer| preparer.road(bytes))
    }

    /// Starts over with fresh scratch memory after a panic.
    fn guarded<T>(&mut self, road: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        let result = guarded(|| road(self));
        if matches!(result, Err(Error::Panicked { .. })) {
            *self = Self::new(self.settings.clone(), self.limits);
        }
        result
    }

    fn road(&mut self, bytes: &[u8]) -> Result<Avatar, Error> {
        let (probe, opened) = probe(bytes, &self.limits)?;
        let plan = plan(&probe, &self.settings)?;
        let mut notes = plan::notes(&probe, &plan, &self.settings);

        let (decoded, color) = decode(opened, &plan, &mut self.scratch)?;
        let (square, note) = match decoded {
            Decoded::Planes(planes) => {
                notes.extend(planes.damage());
                self.square_of_planes(planes, &plan, &color)?
            }
            Decoded::Cropped(square) => {
                let plan = plan.of_square(square.width);
                self.square_of_raster(square, &plan, &color)?
            }
            Decoded::Raster(raster) => self.square_of_raster(raster, &plan, &color)?,
            Decoded::Light(light) => {
                let (raster, note) = whole(light.develop())?;
                notes.extend(note);
                self.square_of_raster(raster, &plan, &Color::Unspecified)?
            }
        };
        let fitted = fit(&square, &self.settings, &mut self.fitter)?;

        notes.extend(note);
        Ok(Avatar {
            bytes: fitted.bytes,
            edge: square.edge(),
            quality: fitted.quality,
            subsampling: fitted.subsampling,
            trials: fitted.trials,
            probe,
            notes,
        })
    }

    /// The JPEG lane: planes stay planes unless a profile or the colour model forbids it.
    fn square_of_planes(
        &mut self,
        planes: Planes,
        plan: &Plan,
        color: &Color,
    ) -> Result<(Square, Option<Note>), Error> {
        if plan.effort() == Effort::Best {
            let whole = resize_planes(planes, plan.crop().width, &mut self.resizer)?;
            return self.square_of_raster(
                interleave(whole)?,
                &plan.of_square(plan.crop().width),
                color,
            );
        }
        let small = resize_planes(planes, plan.edge(), &mut self.resizer)?;
        let upright = small.orient(plan.orientation());
        if self.converter.is_srgb(color) {
            return match Square::from_planes(upright) {
                Ok(square) => Ok((square, None)),
                Err(other_color_model) => Ok(self.finish(interleave(other_color_model)?, color)),
            };
        }
        Ok(self.finish(interleave(upright)?, color))
    }

    /// The raster lane.
    fn square_of_raster(
        &mut self,
        raster: Raster,
        plan: &Plan,
        color: &Color,
    ) -> Result<(Square, Option<Note>), Error> {
        let small = resize(raster, plan, &mut self.resizer)?;
        Ok(self.finish(orient(small, plan.orientation()), color))
    }

    /// Converts and flattens the small upright picture.
    fn finish(&mut self, upright: Raster, color: &Color) -> (Square, Option<Note>) {
        let edge = upright.width;
        let (srgb, note) = self.converter.convert(upright, color);
        (
            Square::new(edge, flatten(srgb, self.settings.background())),
            note,
        )
    }

    /// Reads and prepares one source.
    ///
    /// # Errors
    /// Every variant of [`Error`].
    pub fn prepare_source(&mut self, source: &Source) -> Result<Avatar, Error> {
        let mut buffer = std::mem::take(&mut self.encoded);
        let bytes = source.read(&self.limits, &mut buffer);
        let avatar = bytes.and_then(|bytes| self.prepare(bytes));
        if buffer.capacity() <= KEPT {
            self.encoded = buffer;
        } else {
            self.scratch = Scratch::new();
            self.resizer.reset_internal_buffers();
        }
        avatar
    }

    /// Reads a source, looks at its header only, and plans what would be made of it.
    ///
    /// # Errors
    /// As [`prepare_source`](Self::prepare_source), as far as the header tells.
    pub fn inspect(&mut self, source: &Source) -> Result<(Probe, Plan), Error> {
        self.guarded(|preparer| {
            let bytes = source.read(&preparer.limits, &mut preparer.encoded)?;
            let (probe, _) = probe(bytes, &preparer.limits)?;
            let plan = plan(&probe, &preparer.settings)?;
            Ok((probe, plan))
        })
    }
}

fn interleave(planes: SmallPlanes) -> Result<Raster, Error> {
    whole(planes.into_raster())
}

fn whole<T>(raster: Option<T>) -> Result<T, Error> {
    let message = "a component of the picture is missing".into();
    raster.ok_or(Error::Panicked { message })
}
