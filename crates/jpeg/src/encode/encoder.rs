//! Encoding at a quality that the caller chose.

use super::coefficients::Coefficients;
use super::error::EncodeError;
use super::frame::{Frame, Kind};
use super::picture::{Chroma, Picture};
use super::quantizer::Level;
use super::sampling::{Effort, Sampling};
use super::trial::{Point, Workspace};

/// Encodes at one quality.
///
/// ```
/// use avatar_jpeg::encode::{Effort, Encoder, Picture, Sampling};
///
/// let red = [250, 20, 30].repeat(16 * 16);
/// let picture = Picture::from_rgb(16, 16, &red)?;
/// let bytes = Encoder::new().quality(85).sampling(Sampling::S444).effort(Effort::Fast).encode(&picture)?;
/// assert_eq!(bytes[..2], [0xFF, 0xD8]);
/// # Ok::<(), avatar_jpeg::encode::EncodeError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Encoder {
    quality: u8,
    sampling: Sampling,
    effort: Effort,
    progressive: bool,
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Encoder {
    /// Quality 85, sampling and effort at their defaults, baseline.
    pub fn new() -> Self {
        Self {
            quality: 85,
            sampling: Sampling::Auto,
            effort: Effort::Balanced,
            progressive: false,
        }
    }

    /// Sets the quality, 1 to 100 on the usual scale of libjpeg.
    #[must_use]
    pub fn quality(mut self, quality: u8) -> Self {
        self.quality = quality;
        self
    }

    /// Sets the chroma sampling.
    #[must_use]
    pub fn sampling(mut self, sampling: Sampling) -> Self {
        self.sampling = sampling;
        self
    }

    /// Sets the effort.
    #[must_use]
    pub fn effort(mut self, effort: Effort) -> Self {
        self.effort = effort;
        self
    }

    /// Allows a progressive file if that is smaller.
    #[must_use]
    pub fn progressive(mut self, progressive: bool) -> Self {
        self.progressive = progressive;
        self
    }

    /// The whole JPEG file.
    ///
    /// # Errors
    /// A quality outside 1 to 100, or 4:4:4 for a picture whose chroma is already halved.
    pub fn encode(&self, picture: &Picture<'_>) -> Result<Vec<u8>, EncodeError> {
        if !(1..=100).contains(&self.quality) {
            return Err(EncodeError::Quality {
                floor: self.quality,
                ceiling: self.quality,
            });
        }
        let frame = frame_of(picture, self.sampling)?;
        let (mut source, mut workspace) = (Coefficients::default(), Workspace::default());
        source.load(picture, frame);
        let level = Level::of(self.quality);
        let frame = refine(picture, frame, self.sampling, &mut source, |_| level);
        let point = Point {
            level,
            lambda_scale: 1.0,
        };
        let trial = workspace.run(&source, frame, point, self.effort, self.progressive);
        let mut out = Vec::with_capacity(trial.size() + trial.size() / 64);
        let stuffed = workspace.write(&trial, &mut out);
        assert_eq!(
            out.len(),
            trial.size() + stuffed,
            "a trial knows its file's size"
        );
        Ok(out)
    }
}

/// The frame that this picture will have.
pub(crate) fn frame_of(picture: &Picture<'_>, sampling: Sampling) -> Result<Frame, EncodeError> {
    let kind = match (picture.chroma(), sampling) {
        (Chroma::None, _) => Kind::Gray,
        (Chroma::Half(_), Sampling::S444) => return Err(EncodeError::ChromaAlreadyHalved),
        (Chroma::Full(_), Sampling::S444) => Kind::Yuv444,
        _ => Kind::Yuv420,
    };
    Ok(Frame {
        width: picture.width() as usize,
        height: picture.height() as usize,
        kind,
    })
}

/// From this quality on, halved chroma would limit the picture's quality, however little chroma it
/// has.
const ALWAYS_FULL: u8 = 97;

/// Halving loss, in squared chroma steps of the base table, from which on full chroma pays for its bytes.
/// Found by comparing both samplings of photographs and logos at 10 to 150 kB.
const WORTH_FULL: f32 = 60.0;

/// Changes to 4:4:4 if the sampling is free to choose and full chroma is worth its bytes at the
/// level that `predict` expects for 4:2:0. Afterwards `source` has the coefficients of the returned
/// frame.
pub(crate) fn refine(
    picture: &Picture<'_>,
    frame: Frame,
    sampling: Sampling,
    source: &mut Coefficients,
    predict: impl FnOnce(&Coefficients) -> Level,
) -> Frame {
    let free = matches!(sampling, Sampling::Auto | Sampling::Gray);
    if !free || !matches!(picture.chroma(), Chroma::Full(_)) {
        return frame;
    }
    let level = predict(source);
    let step = level.factor();
    if level.quality() < ALWAYS_FULL && source.halving_loss <= WORTH_FULL * step * step {
        return frame;
    }
    let full = Frame {
        kind: Kind::Yuv444,
        ..frame
    };
    source.reload(picture, full);
    full
}
