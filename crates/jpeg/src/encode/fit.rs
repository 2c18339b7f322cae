//! Finds the best file of a picture under a byte cap.

use std::ops::RangeInclusive;

use super::coefficients::Coefficients;
use super::encoder::{frame_of, refine};
use super::error::{EncodeError, FitError};
use super::picture::Picture;
use super::quantizer::Level;
use super::sampling::{Effort, Sampling};
use super::search::{MAX_TRIALS, Target, predict, search};
use super::trial::Workspace;
use crate::Instructions;

/// Most trials with full chroma, if halved chroma can be tried afterwards.
const FULL_TRIALS: u32 = 5;

/// What the file must fulfil.
///
/// ```
/// use avatar_jpeg::encode::FitOptions;
///
/// let options = FitOptions { max_bytes: 20_000, ..FitOptions::default() };
/// assert_eq!(options.quality, 1..=95);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FitOptions {
    /// The cap in bytes; no result is ever larger.
    pub max_bytes: usize,
    /// The lowest and the highest quality, both within 1 to 100.
    pub quality: RangeInclusive<u8>,
    /// Chroma sampling; `Auto` decides once, before the search.
    pub sampling: Sampling,
    /// How hard to work.
    pub effort: Effort,
    /// Allows a progressive file if that is smaller.
    pub progressive: bool,
}

impl Default for FitOptions {
    /// 100,000 bytes, quality 1 to 95, everything else at its default.
    fn default() -> Self {
        Self {
            max_bytes: 100_000,
            quality: 1..=95,
            sampling: Sampling::Auto,
            effort: Effort::Balanced,
            progressive: false,
        }
    }
}

/// A file under the cap, and how it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fitted {
    /// The whole JPEG file, never larger than the cap.
    pub bytes: Vec<u8>,
    /// Quality reached, rounded down to a whole step.
    pub quality: u8,
    /// Chroma sampling used.
    pub sampling: Sampling,
    /// Trial encodings that the search took, 1 to 8. Each quantises the whole picture.
    pub trials: u32,
    /// Whether the file is progressive.
    pub progressive: bool,
    /// Unused bytes under the cap.
    pub headroom: usize,
}

/// Fits pictures under caps, and keeps its scratch memory from one to the next.
///
/// ```
/// use avatar_jpeg::encode::{FitOptions, Fitter, Picture};
///
/// let ramp: Vec<u8> = (0..64 * 64).map(|i| (i % 251) as u8).collect();
/// let picture = Picture::gray(64, 64, &ramp)?;
/// let options = FitOptions { max_bytes: 2_000, ..FitOptions::default() };
/// let fitted = Fitter::new().fit(&picture, &options)?;
/// assert!(fitted.bytes.len() <= 2_000);
/// # Ok::<(), avatar_jpeg::encode::FitError>(())
/// ```
#[derive(Debug, Default)]
pub struct Fitter {
    source: Coefficients,
    workspace: Workspace,
}

impl Fitter {
    /// A fitter with nothing allocated yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the instructions that encoding may use; by default all that the processor has.
    #[must_use]
    pub fn with_instructions(mut self, instructions: Instructions) -> Self {
        self.source.instructions = instructions;
        self.workspace.instructions = instructions;
        self
    }

    /// The best file that fits: the highest quality in the range whose file is within the cap.
    ///
    /// # Errors
    /// [`FitError::CapUnreachable`] when even the lowest quality is too large;
    /// [`FitError::Encode`] when the options cannot be met by any picture.
    pub fn fit(&mut self, picture: &Picture<'_>, options: &FitOptions) -> Result<Fitted, FitError> {
        let (floor, ceiling) = (*options.quality.start(), *options.quality.end());
        if floor < 1 || ceiling > 100 || floor > ceiling {
            return Err(EncodeError::Quality { floor, ceiling }.into());
        }
        let frame = frame_of(picture, options.sampling)?;
        let target = Target {
            max_bytes: options.max_bytes,
            floor: Level::of(floor),
            ceiling: Level::of(ceiling),
            effort: options.effort,
            progressive: options.progressive,
            trials: MAX_TRIALS,
        };
        self.source.load(picture, frame);
        let mut chosen = refine(picture, frame, options.sampling, &mut self.source, |s| {
            predict(s, frame, target)
        });
        let mut bytes = Vec::new();
        let first = match chosen == frame {
            true => target,
            false => Target {
                trials: FULL_TRIALS,
                ..target
            },
        };
        let mut found = search(&mut self.workspace, &self.source, chosen, first, &mut bytes);
        if found.level.is_none() && chosen != frame {
            // No quality fits with full chroma: give up full chroma.
            self.source.reload(picture, frame);
            let before = (found.trials, found.smallest);
            chosen = frame;
            let rest = Target {
                trials: MAX_TRIALS - found.trials,
                ..target
            };
            found = search(&mut self.workspace, &self.source, chosen, rest, &mut bytes);
            found.trials += before.0;
            found.smallest = found.smallest.min(before.1);
        }
        match found.level {
            Some(level) => Ok(Fitted {
                headroom: options.max_bytes.saturating_sub(bytes.len()),
                bytes,
                quality: level.quality(),
                sampling: chosen.sampling(),
                trials: found.trials,
                progressive: found.progressive,
            }),
            None => Err(FitError::CapUnreachable {
                smallest: found.smallest,
                max_bytes: options.max_bytes,
            }),
        }
    }
}
