//! The preparer: takes one picture through all stages, within the memory that the budget grants it.

mod each;
mod in_pieces;

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use avatar_jpeg::{Fitter, Scratch};
use avatar_resample::fast_image_resize::Resizer;

use crate::color::Color;
use crate::cost::Clock;
use crate::guard::guarded;
use crate::instant::Instant;
use crate::memory::admission::{Interrupted, KEPT, admit, short, wait};
use crate::memory::footprint::memory_needed;
use crate::memory::watch::{Shown, Watch};
use crate::pixels::square::Square;
use crate::source::Encoded;
use crate::stages::convert::Converter;
use crate::stages::embedded::EMBEDDED;
use crate::stages::fit::{Fitted, compares, fit, shrink};
use crate::stages::flatten::flatten;
use crate::stages::frame::fill::fill;
use crate::stages::frame::{self, Detector};
use crate::stages::framed::{Framed, Framer};
use crate::stages::in_pieces::{OPENING, Pixels, Refused, candidate};
use crate::stages::kept::Kept;
use crate::stages::orient::orient;
use crate::stages::plan::{notes, plan};
use crate::stages::probe::probe;
use crate::stages::resize::resize;
pub use each::Prepared;

use crate::{
    Avatar, Budget, Cost, Effort, Error, Frame, Inspection, Limit, Limits, MemoryNeeded,
    PerceptualHash, Permit, Plan, Settings, Source,
};

/// From this quality on, the encoder keeps chroma whole, because halved chroma would limit the quality.
const WHOLE_CHROMA: u8 = 97;

/// Prepares pictures one after the other. It keeps scratch memory between pictures, so use one per
/// thread.
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
    budget: Budget,
    scratch: Scratch,
    resizer: Resizer,
    converter: Converter,
    fitter: Fitter,
    encoded: Vec<u8>,
    clock: Clock,
    /// When the picture began, not counting its wait for memory.
    begun: Instant,
    detector: Detector,
    /// Memory that the last picture needed, in bytes, if its header was read.
    needed: Option<u64>,
    /// Bytes of pixels that are kept for further results of the same source.
    besides: Cell<u64>,
    /// Bytes that the permit of the current source keeps in any case.
    floor: u64,
}

impl Preparer {
    /// A preparer with these settings, which accepts sources within these limits.
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
            begun: Instant::now(),
            detector: Detector::default(),
            needed: None,
            besides: Cell::new(0),
            floor: 0,
        }
    }

    /// Takes the memory for each picture from `budget`, and waits if too little is free. A picture
    /// that needs more than the whole budget fails as [`Limit::Memory`](crate::Limit::Memory).
    #[must_use]
    pub fn with_budget(self, budget: Budget) -> Self {
        Self { budget, ..self }
    }

    /// Changes the settings for the following pictures; the scratch memory is kept.
    pub fn set_settings(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// Prepares one encoded picture of any format.
    ///
    /// # Errors
    /// Every variant of [`Error`] except [`Error::Io`]. After an error the preparer can be used
    /// again.
    pub fn prepare(&mut self, bytes: &[u8]) -> Result<Avatar, Error> {
        let (_permit, result) = self.serve(Encoded::Bytes(bytes), &AtomicBool::new(false));
        Ok(result?)
    }

    /// Reads and prepares one source.
    ///
    /// # Errors
    /// Every variant of [`Error`].
    pub fn prepare_source(&mut self, source: &Source) -> Result<Avatar, Error> {
        let (_permit, result) = self.serve(source.encoded(), &AtomicBool::new(false));
        Ok(result?)
    }

    /// Reads a source and plans what would be made of it: from its header only, unless the framing
    /// depends on pixels.
    ///
    /// # Errors
    /// As [`prepare_source`](Self::prepare_source), as far as the header shows the fault.
    pub fn inspect(&mut self, source: &Source) -> Result<Inspection, Error> {
        if let Some(inspection) = self.inspect_in_pieces(source)? {
            return Ok(inspection);
        }
        let mut buffer = std::mem::take(&mut self.encoded);
        let room = self.budget.bytes();
        let bytes = source.encoded().read(&self.limits, room, &mut buffer)?;
        let bytes = bytes.ok_or_else(|| self.budget.exceeded(room.saturating_add(1)))?;
        let result = self.guarded(|preparer| preparer.inspected(bytes, bytes.len()));
        self.keep(buffer);
        Ok(result?)
    }

    /// Inspects bytes of which so many are held in memory.
    fn inspected(&mut self, bytes: &[u8], held: usize) -> Result<Inspection, Interrupted> {
        let (found, opened) = probe(bytes, &self.limits, EMBEDDED)?;
        if let Some(frame) = frame::of_size(&found, &self.settings)? {
            let plan = plan(&found, &frame, &self.settings);
            let memory = memory_needed(&opened, held, &plan, &self.settings);
            self.budget.check(memory.prepared)?;
            let notes = notes(&found, &frame, &self.settings);
            return Ok(Inspection {
                probe: found,
                notes,
                plan,
                frame,
                memory,
            });
        }
        drop(opened);
        let mut wanted = bytes.len() as u64;
        loop {
            let mut permit = self.budget.take(wanted)?;
            let (found, opened) = probe(bytes, &self.limits, EMBEDDED)?;
            match self.framed(bytes, &mut permit, &mut Kept::default(), |framer| {
                framer.frame(&found, opened, bytes)
            }) {
                // The permit is given back before the picture waits for more.
                Err(Interrupted::Short(bytes)) => wanted = bytes,
                framed => {
                    let framed = framed?;
                    return Ok(Inspection {
                        notes: notes(&found, &framed.frame, &self.settings),
                        probe: found,
                        plan: framed.plan,
                        frame: framed.frame,
                        memory: framed.needed,
                    });
                }
            }
        }
    }

    /// Runs the stages up to decoded pixels, within the permit.
    fn framed(
        &mut self,
        bytes: &[u8],
        permit: &mut Permit,
        kept: &mut Kept,
        work: impl FnOnce(&mut Framer<'_>) -> Result<Framed, Interrupted>,
    ) -> Result<Framed, Interrupted> {
        let (budget, needed) = (&self.budget, &mut self.needed);
        let (besides, floor) = (&self.besides, self.floor);
        let mut admit = |wanted: u64| {
            let wanted = wanted.saturating_add(besides.get()).max(floor);
            *needed = Some(wanted.max(needed.unwrap_or(0)));
            admit(budget, wanted, bytes.len(), permit)
        };
        work(&mut Framer {
            settings: &self.settings,
            limits: &self.limits,
            scratch: &mut self.scratch,
            converter: &mut self.converter,
            detector: &mut self.detector,
            clock: &mut self.clock,
            kept,
            besides,
            admit: &mut admit,
        })
    }

    /// What preparing the last picture took.
    #[must_use]
    pub fn cost(&self) -> Cost {
        Cost {
            memory: self.needed,
            times: self.clock.times,
        }
    }

    /// All stages that a picture passes through, within its permit. If there is a `reading`, `bytes`
    /// stand for the file, without its pixels.
    fn pipeline<'a>(
        &mut self,
        mut bytes: &'a [u8],
        reading: Option<Pixels<'a>>,
        permit: &mut Permit,
        kept: &mut Kept,
    ) -> Result<Avatar, Interrupted> {
        let (probe, mut opened) = probe(bytes, &self.limits, EMBEDDED)?;
        if let Some(Pixels { reading, watch }) = reading {
            // What follows only looks at the length, which counts as memory.
            bytes = reading.stand_in();
            opened = reading.of(opened, watch);
        }
        let framed = self.framed(bytes, permit, kept, |framer| {
            framer.frame(&probe, opened, bytes)
        })?;
        let Framed {
            frame,
            plan,
            needed,
            decoded,
            look,
        } = framed;
        let mut notes = notes(&probe, &frame, &self.settings);

        self.in_time()?;
        let may_halve = self.may_halve(&plan, &frame, &decoded.color);
        let resized = resize(decoded.pixels, &plan, may_halve, &mut self.resizer)?;
        let upright = orient(resized, plan.orientation());
        self.clock.lap(|times| &mut times.resize);

        let (converted, profile) = self.converter.convert(upright, &decoded.color)?;
        let filled = fill(converted, &frame, look.as_ref())?;
        let (square, backdrop) = flatten(filled, self.settings.background())?;
        self.clock.lap(|times| &mut times.convert);

        let (luma, chroma) = square.planes();
        let perceptual_hash = PerceptualHash::of(square.edge(), luma, chroma, square.is_halved());

        let background = backdrop.as_ref().map(|backdrop| backdrop.rgb);
        notes.extend(decoded.notes);
        notes.extend(profile);
        notes.extend(backdrop.and_then(|backdrop| backdrop.note));
        self.in_time()?;
        let fitted = self.fit(&square, needed, bytes.len(), permit)?;
        self.in_time()?;
        notes.extend(fitted.shrunk_from(square.edge()));
        notes.extend(fitted.at_the_floor(&self.settings));
        self.clock.lap(|times| &mut times.fit);
        Ok(Avatar {
            edge: fitted.edge,
            headroom: (self.settings.max_bytes()).saturating_sub(fitted.bytes.len() as u64),
            progressive: fitted.progressive,
            score: fitted.score.filter(|_| self.settings.score()),
            quality: fitted.quality,
            subsampling: fitted.subsampling,
            trials: fitted.trials,
            background,
            probe,
            notes,
            bytes: fitted.bytes,
            frame: frame.shrunk_to(fitted.edge),
            perceptual_hash,
        })
    }

    /// Whether halved chroma can go to the encoder as it is: with the effort `fast`, if the square needs no
    /// other change, and no quality is allowed at which chroma has to be whole.
    fn may_halve(&mut self, plan: &Plan, frame: &Frame, color: &Color) -> bool {
        plan.effort() == Effort::Fast
            && frame.fills_the_square()
            && *self.settings.quality().end() < WHOLE_CHROMA
            && self.converter.is_srgb(color)
    }

    /// Fails a picture whose time is over. A stage cannot be stopped; nothing that took longer comes out.
    fn in_time(&self) -> Result<(), Error> {
        let allowed = self.limits.time;
        match self.begun.elapsed() > allowed {
            true => Err(Error::TimedOut { allowed }),
            false => Ok(()),
        }
    }

    /// The last stage. It needs more memory if results have to be compared with the square.
    fn fit(
        &mut self,
        square: &Square,
        needed: MemoryNeeded,
        held: usize,
        permit: &mut Permit,
    ) -> Result<Fitted, Interrupted> {
        let whole = fit(square, &self.settings, &mut self.fitter);
        if !compares(&whole, &self.settings) {
            return Ok(whole?);
        }
        match self.admit(needed.compared, held, permit) {
            // The comparison needs more than the whole budget: use the file that fits, without
            // comparing.
            Err(Interrupted::Failed(_)) if whole.is_ok() => return Ok(whole?),
            other => other?,
        }
        let (fitter, resizer) = (&mut self.fitter, &mut self.resizer);
        Ok(shrink(square, whole, &self.settings, fitter, resizer)?)
    }

    /// Reads under a permit for the length of the file, which then grows if enough memory is free.
    /// If not, everything is given back and the picture waits for all that it needs. No picture
    /// holds memory while it waits, so none waits forever.
    fn attempts(
        &mut self,
        encoded: Encoded<'_>,
        each: &[Settings],
        watch: &mut dyn Watch,
        permit: &mut Permit,
        stop: &AtomicBool,
    ) -> Result<Vec<Prepared>, Interrupted> {
        let length = encoded.length(&self.limits)?;
        let mut in_pieces = candidate(encoded, length, each, watch);
        // A pipe does not say its length and cannot be read a second time, so it gets the whole
        // budget.
        let mut wanted = match in_pieces {
            Some(_) => OPENING,
            None => length.unwrap_or(self.budget.bytes()),
        };
        let mut damage = None;
        loop {
            let budget = self.budget.clone();
            let admitted = wait(&budget, wanted, stop, || self.return_memory());
            *permit = admitted.map_err(|error| or_damage(error, &mut damage))?;
            self.begun = Instant::now();
            self.clock.lap(|times| &mut times.wait);
            watch.begins(permit);
            // The permit of several results never shrinks: the next one may need what it had.
            self.floor = if each.len() > 1 { wanted } else { 0 };
            let done = match in_pieces {
                Some(candidate) => self.attempt_in_pieces(candidate, watch, permit),
                None => Ok(Err(Refused::NotInOrder)),
            };
            let done = match done {
                Ok(Err(refused)) => {
                    if let Refused::Damaged(error) = refused {
                        damage = Some(error);
                    }
                    // From now on, it is read whole.
                    let admitted = in_pieces.take().map_or(Ok(()), |candidate| {
                        admit(&self.budget, candidate.length, 0, permit)
                    });
                    admitted.and_then(|()| self.attempt(encoded, each, watch, permit))
                }
                Ok(Ok(prepared)) => Ok(vec![prepared]),
                Err(interrupted) => Err(interrupted),
            };
            match done {
                Err(Interrupted::Short(bytes)) => wanted = bytes,
                Err(interrupted) => return Err(or_damage(interrupted, &mut damage)),
                Ok(mut each) => {
                    for prepared in &mut each {
                        if let Err(error) = &mut prepared.result
                            && is_memory(error)
                            && let Some(damage) = damage.take()
                        {
                            *error = damage;
                        }
                    }
                    return Ok(each);
                }
            }
            watch.waits();
            *permit = self.budget.nothing();
        }
    }

    fn attempt(
        &mut self,
        encoded: Encoded<'_>,
        each: &[Settings],
        watch: &mut dyn Watch,
        permit: &mut Permit,
    ) -> Result<Vec<Prepared>, Interrupted> {
        let mut buffer = std::mem::take(&mut self.encoded);
        if buffer.capacity() == 0 {
            buffer = watch.buffer().unwrap_or_default();
        }
        let read = encoded.read(&self.limits, permit.bytes(), &mut buffer);
        let read = read.map(|bytes| bytes.is_some());
        let buffer = Arc::new(buffer);
        if let Ok(true) = read {
            watch.read(match encoded {
                Encoded::Path(_) => Shown::Buffer(&buffer),
                Encoded::Bytes(_) => Shown::Source,
            });
        }
        self.clock.lap(|times| &mut times.read);
        let bytes = match encoded {
            Encoded::Path(_) => &buffer[..],
            Encoded::Bytes(bytes) => bytes,
        };
        let made = match read {
            Ok(true) => self.every(bytes, each, watch, permit),
            // The file is longer than it was said to be.
            Ok(false) => Err(short(&self.budget, self.budget.bytes(), permit)),
            Err(error) => Err(error.into()),
        };
        // If it is still in use, it is given back with the outcome.
        if let Some(buffer) = Arc::into_inner(buffer) {
            self.keep(buffer);
        }
        if self.resizer.size_of_internal_buffers() > KEPT {
            self.resizer.reset_internal_buffers();
        }
        made
    }

    fn admit(&mut self, bytes: u64, held: usize, permit: &mut Permit) -> Result<(), Interrupted> {
        let bytes = bytes.saturating_add(self.besides.get()).max(self.floor);
        self.needed = Some(bytes.max(self.needed.unwrap_or(0)));
        admit(&self.budget, bytes, held, permit)
    }

    /// Runs `work`; after a panic all scratch memory is replaced, because it may be inconsistent.
    fn guarded<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, Interrupted>,
    ) -> Result<T, Interrupted> {
        let result = guarded(|| work(self));
        if matches!(result, Err(Interrupted::Failed(Error::Panicked { .. }))) {
            self.return_memory();
            (self.resizer, self.converter) = (Resizer::new(), Converter::default());
            self.detector = Detector::default();
        }
        result
    }

    /// Keeps the buffer for the next picture, unless it is large.
    fn keep(&mut self, buffer: Vec<u8>) {
        if buffer.capacity() <= KEPT {
            self.encoded = buffer;
        }
    }

    /// Returns all scratch memory.
    fn return_memory(&mut self) {
        self.encoded = Vec::new();
        self.scratch = Scratch::new();
        self.fitter = Fitter::new();
        self.resizer.reset_internal_buffers();
    }
}

/// The damage that was found, if the file cannot be read whole to mend it because of memory.
fn or_damage(interrupted: Interrupted, damage: &mut Option<Error>) -> Interrupted {
    match interrupted {
        Interrupted::Failed(error) if is_memory(&error) => {
            Interrupted::Failed(damage.take().unwrap_or(error))
        }
        other => other,
    }
}

fn is_memory(error: &Error) -> bool {
    matches!(error, Error::Limit(found) if found.limit == Limit::Memory)
}
