//! The finished picture.

use std::fmt;

use crate::{Frame, Note, Orientation, PerceptualHash, Probe};

/// Chroma subsampling of a JPEG.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Subsampling {
    /// One component, no chroma.
    Gray,
    /// Chroma at full resolution.
    S444,
    /// Chroma at half resolution in both directions.
    S420,
}

impl fmt::Display for Subsampling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gray => "gray",
            Self::S444 => "4:4:4",
            Self::S420 => "4:2:0",
        })
    }
}

/// A finished picture: square, upright, opaque sRGB, as a JPEG that is not over the cap.
#[derive(Debug, Clone, PartialEq)]
pub struct Avatar {
    pub(crate) bytes: Vec<u8>,
    pub(crate) edge: u32,
    pub(crate) quality: u8,
    pub(crate) subsampling: Subsampling,
    pub(crate) trials: u32,
    pub(crate) background: Option<[u8; 3]>,
    pub(crate) progressive: bool,
    pub(crate) headroom: u64,
    pub(crate) score: Option<f32>,
    pub(crate) probe: Probe,
    pub(crate) notes: Vec<Note>,
    pub(crate) frame: Frame,
    pub(crate) perceptual_hash: Option<PerceptualHash>,
}

impl Avatar {
    /// The JPEG file; its length never exceeds the cap of the settings.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the JPEG file and drops the rest.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Edge of the square, in pixels.
    #[must_use]
    pub fn edge(&self) -> u32 {
        self.edge
    }

    /// JPEG quality, 1 to 100.
    #[must_use]
    pub fn quality(&self) -> u8 {
        self.quality
    }

    /// Chroma subsampling of the JPEG.
    #[must_use]
    pub fn subsampling(&self) -> Subsampling {
        self.subsampling
    }

    /// Whether the JPEG is progressive.
    #[must_use]
    pub fn is_progressive(&self) -> bool {
        self.progressive
    }

    /// Unused bytes under the cap.
    #[must_use]
    pub fn headroom(&self) -> u64 {
        self.headroom
    }

    /// SSIMULACRA2 score of the JPEG compared with the square before encoding, at the planned edge:
    /// 100 is identical, 90 hard to tell apart, 70 good, 50 fair, and negative if little is left.
    /// `None` unless [`Settings::with_score`](crate::Settings::with_score) asks for it, and for
    /// edges below 8 pixels.
    #[must_use]
    pub fn score(&self) -> Option<f32> {
        self.score
    }

    /// How many trial encodings it took to meet the cap: 1 to 8 for each edge that was tried.
    #[must_use]
    pub fn trials(&self) -> u32 {
        self.trials
    }

    /// What shows behind transparent pixels, as sRGB; `None` if the square has none.
    #[must_use]
    pub fn background(&self) -> Option<[u8; 3]> {
        self.background
    }

    /// Which part of the picture the square shows, and why.
    #[must_use]
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// The hash by which near duplicates are found, computed before encoding; `None` if the square
    /// is smaller than 32 pixels or flat.
    #[must_use]
    pub fn perceptual_hash(&self) -> Option<PerceptualHash> {
        self.perceptual_hash
    }

    /// What the source's header said.
    #[must_use]
    pub fn probe(&self) -> &Probe {
        &self.probe
    }

    /// The orientation that was applied.
    #[must_use]
    pub fn orientation(&self) -> Orientation {
        self.probe.orientation()
    }

    /// Notable events that are not errors.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }
}
