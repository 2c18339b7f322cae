//! The preparer: takes one picture through all stages. How a picture is read and gets its memory is in
//! `attempts`, what is known before it is prepared in `inspect`.

mod attempts;
mod each;
mod in_pieces;
mod inspect;

use std::sync::atomic::AtomicBool;

use avatar_jpeg::{Fitter, Scratch};
use avatar_resample::fast_image_resize::Resizer;

use crate::codec::contract::Opened;
use crate::color::Color;
use crate::cost::Clock;
use crate::guard::guarded;
use crate::instant::Instant;
use crate::memory::admission::{Admission, Interrupted, KEPT};
use crate::pixels::square::Square;
use crate::source::Encoded;
use crate::stages::convert::Converter;
use crate::stages::decoder::{Decoder, WithMemory};
use crate::stages::embedded::EMBEDDED;
use crate::stages::fit::{Fitted, compares, fit, shrink};
use crate::stages::flatten::flatten;
use crate::stages::frame::Detector;
use crate::stages::frame::fill::fill;
use crate::stages::framed::Framer;
use crate::stages::in_pieces::Pixels;
use crate::stages::kept::Kept;
use crate::stages::orient::orient;
use crate::stages::plan::{notes, plan};
use crate::stages::probe::probe;
use crate::stages::resize::resize;
pub use each::Prepared;

use crate::{
    Avatar, Budget, Cost, Effort, Error, Frame, Limits, MemoryNeeded, PerceptualHash, Permit, Plan,
    Settings, Source,
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
    admission: Admission,
    scratch: Scratch,
    resizer: Resizer,
    converter: Converter,
    fitter: Fitter,
    encoded: Vec<u8>,
    clock: Clock,
    /// When the picture was started, not counting its wait for memory.
    started: Instant,
    detector: Detector,
}

/// The picture that is being prepared.
struct Current<'a, 'b> {
    /// The encoded picture, or as many bytes as are in memory of one that is read in pieces.
    bytes: &'b [u8],
    permit: &'a mut Permit,
    /// Pixels that several results of the same source share.
    kept: &'a mut Kept,
}

impl<'b> Current<'_, 'b> {
    /// The opened picture, whose pixels are read from a file if they come from there.
    fn read_by(&mut self, pixels: Option<Pixels<'b>>, opened: Opened<'b>) -> Opened<'b> {
        let Some(pixels) = pixels else {
            return opened;
        };
        // What follows only looks at the length, which counts as memory.
        self.bytes = pixels.file.held();
        pixels.of(opened)
    }
}

impl Preparer {
    /// A preparer with these settings, which accepts sources within these limits.
    #[must_use]
    pub fn new(settings: Settings, limits: Limits) -> Self {
        Self {
            settings,
            limits,
            admission: Admission::new(Budget::unlimited()),
            scratch: Scratch::new(),
            resizer: Resizer::new(),
            converter: Converter::default(),
            fitter: Fitter::new(),
            encoded: Vec::new(),
            clock: Clock::start(),
            started: Instant::now(),
            detector: Detector::default(),
        }
    }

    /// Takes the memory for each picture from `budget`, and waits if too little is free. A picture
    /// that needs more than the whole budget fails as [`Limit::Memory`](crate::Limit::Memory).
    #[must_use]
    pub fn with_budget(self, budget: Budget) -> Self {
        Self {
            admission: Admission::new(budget),
            ..self
        }
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

    /// What preparing the last picture took.
    #[must_use]
    pub fn cost(&self) -> Cost {
        Cost {
            memory: self.admission.needed,
            times: self.clock.times,
        }
    }

    /// The nine stages of a picture, in their order: each takes what the one before it returned.
    /// If its `pixels` are read from a file, the bytes are the rest of it.
    fn pipeline<'b>(
        &mut self,
        mut current: Current<'_, 'b>,
        pixels: Option<Pixels<'b>>,
    ) -> Result<Avatar, Interrupted> {
        let (probe, opened) = probe(current.bytes, &self.limits, EMBEDDED)?;
        let opened = current.read_by(pixels, opened);
        let framed = self.framer(&mut current).frame(&probe, opened)?;
        let plan = plan(&probe, &framed.frame, &self.settings);
        let decoder = &mut self.framer(&mut current).decoder;
        let WithMemory { picture, needed } = decoder.decode(framed.to_decode, &plan)?;
        self.in_time()?;

        let may_halve = self.may_halve(&plan, &framed.frame, &picture.color);
        let resized = resize(picture.pixels, &plan, may_halve, &mut self.resizer)?;
        let upright = orient(resized, plan.orientation());
        self.clock.lap(|times| &mut times.resize);

        let (converted, profile) = self.converter.convert(upright, &picture.color)?;
        let filled = fill(converted, &framed.frame, framed.look.as_ref())?;
        let (square, backdrop) = flatten(filled, self.settings.background())?;
        self.clock.lap(|times| &mut times.convert);
        self.in_time()?;

        let fitted = self.fit(&square, needed, &mut current)?;
        self.in_time()?;

        let background = backdrop.as_ref().map(|backdrop| backdrop.rgb);
        let mut notes = notes(&probe, &framed.frame, &self.settings);
        notes.extend(picture.notes);
        notes.extend(profile);
        notes.extend(backdrop.and_then(|backdrop| backdrop.note));
        notes.extend(fitted.shrunk_from(square.edge()));
        notes.extend(fitted.at_the_floor(&self.settings));
        let (luma, chroma) = square.planes();
        let perceptual_hash = PerceptualHash::of(square.edge(), luma, chroma, square.is_halved());
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
            frame: framed.frame.shrunk_to(fitted.edge),
            perceptual_hash,
        })
    }

    /// What the stages `frame` and `decode` use.
    fn framer<'a, 'b>(&'a mut self, current: &'a mut Current<'_, 'b>) -> Framer<'a, 'b> {
        Framer {
            decoder: Decoder {
                settings: &self.settings,
                limits: &self.limits,
                bytes: current.bytes,
                scratch: &mut self.scratch,
                clock: &mut self.clock,
                kept: current.kept,
                admission: &mut self.admission,
                permit: current.permit,
            },
            converter: &mut self.converter,
            detector: &mut self.detector,
        }
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
        match self.started.elapsed() > allowed {
            true => Err(Error::TimedOut { allowed }),
            false => Ok(()),
        }
    }

    /// The last stage. It needs more memory if results have to be compared with the square.
    fn fit(
        &mut self,
        square: &Square,
        needed: MemoryNeeded,
        current: &mut Current<'_, '_>,
    ) -> Result<Fitted, Interrupted> {
        let whole = fit(square, &self.settings, &mut self.fitter);
        if !compares(&whole, &self.settings) {
            return Ok(whole?);
        }
        let held = current.bytes.len();
        let admitted = (self.admission).admit(needed.compared, held, current.permit);
        match admitted {
            // The comparison needs more than the whole budget: use the file that fits, without
            // comparing.
            Err(Interrupted::Failed(_)) if whole.is_ok() => return Ok(whole?),
            other => other?,
        }
        let (fitter, resizer) = (&mut self.fitter, &mut self.resizer);
        Ok(shrink(square, whole, &self.settings, fitter, resizer)?)
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
