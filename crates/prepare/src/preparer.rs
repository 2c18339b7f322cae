//! One picture's road, start to end.

use avatar_jpeg::{CropRect, Fitter, Scratch};
use fast_image_resize::Resizer;

use crate::color::Color;
use crate::cost::Clock;
use crate::guard::guarded;
use crate::memory::admission::Halt;
use crate::memory::footprint::within;
use crate::pixels::decoded::Decoded;
use crate::pixels::planes::{Planes, SmallPlanes};
use crate::pixels::raster::Raster;
use crate::pixels::reduce::Reduced;
use crate::pixels::square::Square;
use crate::stages::convert::Converter;
use crate::stages::decode::decode;
use crate::stages::fit::{Fitted, compares, fit, shrink};
use crate::stages::flatten::{Backdrop, flatten};
use crate::stages::orient::orient;
use crate::stages::plan::{notes, plan};
use crate::stages::probe::probe;
use crate::stages::resize::{resize, resize_planes};
use crate::{Avatar, Budget, Effort, Error, Limits, Note, Permit, Plan, Probe, Settings, Source};

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
    pub(crate) settings: Settings,
    pub(crate) limits: Limits,
    pub(crate) budget: Budget,
    pub(crate) scratch: Scratch,
    pub(crate) resizer: Resizer,
    converter: Converter,
    pub(crate) fitter: Fitter,
    pub(crate) encoded: Vec<u8>,
    pub(crate) clock: Clock,
    /// Memory that the last picture needed, in bytes, if its header was read.
    pub(crate) needed: Option<u64>,
}

/// The square, and what its colours and transparency gave rise to.
struct Finished {
    square: Square,
    note: Option<Note>,
    backdrop: Option<Backdrop>,
}

/// What is to be encoded, and what is known of it.
struct Made {
    square: Square,
    /// What shows behind transparency, if anything does.
    background: Option<[u8; 3]>,
    probe: Probe,
    plan: Plan,
    notes: Vec<Note>,
}

impl Preparer {
    /// A preparer that makes what `settings` say from sources within `limits`.
    #[must_use]
    pub fn new(settings: Settings, limits: Limits) -> Self {
        Self {
            settings,
            limits,
            budget: Budget::unlimited(),
            scratch: Scratch::new(),
            resizer: Resizer::new(),
            converter: Converter::default(),
            fitter: Fitter::new(),
            encoded: Vec::new(),
            clock: Clock::start(),
            needed: None,
        }
    }

    /// Takes the memory of each picture from `budget`, and waits for it where it is short. A
    /// picture that needs more than all of it fails as [`Limit::Memory`](crate::Limit::Memory).
    #[must_use]
    pub fn with_budget(self, budget: Budget) -> Self {
        Self { budget, ..self }
    }

    /// Starts over with fresh scratch memory after a panic.
    pub(crate) fn guarded<T>(
        &mut self,
        road: impl FnOnce(&mut Self) -> Result<T, Halt>,
    ) -> Result<T, Halt> {
        let result = guarded(|| road(self));
        if matches!(result, Err(Halt::Failed(Error::Panicked { .. }))) {
            self.return_memory();
            (self.resizer, self.converter) = (Resizer::new(), Converter::default());
        }
        result
    }

    /// The whole road of one picture, within its permit.
    pub(crate) fn road(&mut self, bytes: &[u8], permit: &mut Permit) -> Result<Avatar, Halt> {
        let mut made = self.make(bytes, permit)?;
        let fitted = self.fit(&made, bytes.len(), permit)?;
        let planned = made.square.edge();
        if fitted.edge < planned {
            let edge = fitted.edge;
            made.notes.push(Note::Shrunk { edge, planned });
        }
        self.clock.lap(|times| &mut times.fit);
        let (cap, bytes) = (self.settings.max_bytes(), fitted.bytes);
        Ok(Avatar {
            edge: fitted.edge,
            headroom: cap.saturating_sub(bytes.len() as u64),
            progressive: fitted.progressive,
            score: fitted.score.filter(|_| self.settings.score()),
            quality: fitted.quality,
            subsampling: fitted.subsampling,
            trials: fitted.trials,
            background: made.background,
            probe: made.probe,
            notes: made.notes,
            bytes,
        })
    }

    /// The last stage; where it has to compare with the square, it needs more memory.
    fn fit(&mut self, made: &Made, held: usize, permit: &mut Permit) -> Result<Fitted, Halt> {
        let (square, settings) = (&made.square, &self.settings);
        let whole = fit(square, settings, &mut self.fitter);
        if !compares(&whole, settings) {
            return Ok(whole?);
        }
        match self.admit(made.plan.bytes_compared(), held, permit) {
            // More than the whole budget: what fits is good without a comparison.
            Err(Halt::Failed(_)) if whole.is_ok() => return Ok(whole?),
            other => other?,
        }
        let (fitter, resizer) = (&mut self.fitter, &mut self.resizer);
        Ok(shrink(square, whole, &self.settings, fitter, resizer)?)
    }

    /// The road without its last stage.
    fn make(&mut self, bytes: &[u8], permit: &mut Permit) -> Result<Made, Halt> {
        let (probe, opened) = probe(bytes, &self.limits)?;
        let plan = within(
            &plan(&probe, &self.settings)?,
            &opened,
            bytes,
            &self.settings,
        );
        let mut notes = notes(&probe, &plan, &self.settings);
        self.clock.lap(|times| &mut times.probe);
        self.admit(plan.bytes_needed(), bytes.len(), permit)?;

        let (decoded, color) = decode(opened, &plan, &mut self.scratch)?;
        self.clock.lap(|times| &mut times.decode);
        let finished = match decoded {
            Decoded::Planes(planes) => {
                notes.extend(planes.damage());
                self.square_of_planes(planes, &plan, &color)?
            }
            Decoded::Cropped(square) => {
                let plan = plan.of_square(square.width);
                self.square_of_raster(square, &plan, &color)?
            }
            Decoded::Raster(raster) => self.square_of_raster(raster, &plan, &color)?,
            Decoded::Reduced(Reduced { raster, crop }) => {
                self.square_of_part(raster, crop, &plan, &color)?
            }
            Decoded::Light(light) => {
                let (raster, note) = whole(light.develop())?;
                notes.extend(note);
                self.square_of_raster(raster, &plan, &Color::Unspecified)?
            }
        };
        self.clock.lap(|times| &mut times.convert);
        let Finished {
            square,
            note,
            backdrop,
        } = finished;
        let background = backdrop.as_ref().map(|backdrop| backdrop.rgb);
        notes.extend(note);
        notes.extend(backdrop.and_then(|backdrop| backdrop.note));
        Ok(Made {
            square,
            background,
            probe,
            plan,
            notes,
        })
    }

    /// Finished pixels, for whoever wants to look at them.
    pub(crate) fn pixels(&mut self, bytes: &[u8]) -> Result<Square, Error> {
        let mut permit = self.budget.nothing();
        let made = self.guarded(|preparer| preparer.make(bytes, &mut permit));
        Ok(made?.square)
    }

    /// The JPEG lane: planes stay planes unless a profile or the colour model forbids it.
    fn square_of_planes(
        &mut self,
        planes: Planes,
        plan: &Plan,
        color: &Color,
    ) -> Result<Finished, Error> {
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
        self.clock.lap(|times| &mut times.resize);
        if self.converter.is_srgb(color) {
            return match Square::from_planes(upright) {
                Ok(square) => Ok(Finished {
                    square,
                    note: None,
                    backdrop: None,
                }),
                Err(other_color_model) => Ok(self.finish(interleave(other_color_model)?, color)),
            };
        }
        Ok(self.finish(interleave(upright)?, color))
    }

    /// The raster lane, from a whole picture.
    fn square_of_raster(
        &mut self,
        raster: Raster,
        plan: &Plan,
        color: &Color,
    ) -> Result<Finished, Error> {
        self.square_of_part(raster, whole_crop(plan), plan, color)
    }

    /// The raster lane, from a picture of which `crop` is the square.
    fn square_of_part(
        &mut self,
        raster: Raster,
        crop: CropRect,
        plan: &Plan,
        color: &Color,
    ) -> Result<Finished, Error> {
        let small = resize(raster, crop, plan, &mut self.resizer)?;
        let upright = orient(small, plan.orientation());
        self.clock.lap(|times| &mut times.resize);
        Ok(self.finish(upright, color))
    }

    /// Converts and flattens the small upright picture.
    fn finish(&mut self, upright: Raster, color: &Color) -> Finished {
        let edge = upright.width;
        let (srgb, note) = self.converter.convert(upright, color);
        let (pixels, backdrop) = flatten(srgb, self.settings.background());
        Finished {
            square: Square::new(edge, pixels),
            note,
            backdrop,
        }
    }

    /// Reads a source, looks at its header only, and plans what would be made of it.
    ///
    /// # Errors
    /// As [`prepare_source`](Self::prepare_source), as far as the header tells.
    pub fn inspect(&mut self, source: &Source) -> Result<(Probe, Plan), Error> {
        let mut buffer = std::mem::take(&mut self.encoded);
        let room = self.budget.bytes();
        let bytes = source.encoded().read(&self.limits, room, &mut buffer)?;
        let bytes = bytes.ok_or_else(|| self.budget.exceeded(room.saturating_add(1)))?;
        let result = self.guarded(|preparer| {
            let (probe, opened) = probe(bytes, &preparer.limits)?;
            let plan = plan(&probe, &preparer.settings)?;
            let plan = within(&plan, &opened, bytes, &preparer.settings);
            preparer.budget.check(plan.bytes_needed())?;
            Ok((probe, plan))
        });
        self.keep(buffer);
        Ok(result?)
    }
}

/// The plan's crop as it stands in a whole picture.
fn whole_crop(plan: &Plan) -> CropRect {
    let crop = plan.crop();
    CropRect {
        x: crop.x.into(),
        y: crop.y.into(),
        width: crop.width.into(),
        height: crop.height.into(),
    }
}

fn interleave(planes: SmallPlanes) -> Result<Raster, Error> {
    whole(planes.into_raster())
}

fn whole<T>(raster: Option<T>) -> Result<T, Error> {
    let message = "a component of the picture is missing".into();
    raster.ok_or(Error::Panicked { message })
}
