//! The finished picture and what is worth knowing about how it came about.

use std::fmt;

use crate::color::ToneMap;
use crate::{Orientation, Probe};

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

/// Something that went otherwise than a user might expect, yet is no failure.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// The original is smaller than the edge asked for, and enlarging is off.
    SmallerThanAsked {
        /// Edge made, in pixels.
        edge: u32,
        /// Edge asked for, in pixels.
        asked: u32,
    },
    /// The edge was made smaller than planned, since that was the better way to meet the cap.
    Shrunk {
        /// Edge made, in pixels.
        edge: u32,
        /// Edge planned, in pixels.
        planned: u32,
    },
    /// The original was enlarged.
    Enlarged {
        /// Edge of the original's centre square, in pixels.
        from: u32,
    },
    /// The colour profile was not usable; the samples were taken as sRGB.
    ProfileIgnored {
        /// Why.
        reason: String,
    },
    /// The picture's data is damaged or incomplete; what could be decoded was used.
    Damaged {
        /// Share of the needed area that could be decoded, in whole per cent.
        percent: u8,
    },
    /// Highlights beyond white were compressed into what sRGB can show.
    ToneMapped {
        /// How many per cent of paper white the picture's white is.
        percent: u32,
    },
    /// The background was chosen for contrast.
    BackgroundChosen {
        /// What was chosen, as sRGB.
        rgb: [u8; 3],
    },
    /// Hardly anything of the picture shows on its background.
    Vanishes {
        /// The background, as sRGB.
        background: [u8; 3],
    },
    /// The drawing has text, and the system no fonts.
    TextLeftOut,
    /// The container says nothing of orientation; what the camera wrote into EXIF was used.
    TurnedByExif,
    /// Only the first of several frames was used.
    FirstFrame {
        /// Frames in the file.
        frames: u32,
    },
}

impl Note {
    pub(crate) fn tone_mapped(map: &ToneMap) -> Self {
        let percent = (map.white() * 100.0).round() as u32;
        Self::ToneMapped { percent }
    }

    /// Whether something of the picture is lost, rather than merely different.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        matches!(
            self,
            Self::Damaged { .. }
                | Self::ProfileIgnored { .. }
                | Self::Shrunk { .. }
                | Self::Vanishes { .. }
                | Self::TextLeftOut
        )
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SmallerThanAsked { edge, asked } => {
                write!(
                    f,
                    "original gives only {edge} of {asked} pixels; not enlarged"
                )
            }
            Self::Shrunk { edge, planned } => {
                write!(f, "made {edge} instead of {planned} pixels to meet the cap")
            }
            Self::Enlarged { from } => write!(f, "enlarged from {from} pixels"),
            Self::ProfileIgnored { reason } => write!(f, "colour profile ignored: {reason}"),
            Self::Damaged { percent: 100 } => f.write_str("damaged data: detail is missing"),
            Self::Damaged { percent } => {
                write!(
                    f,
                    "damaged data: {percent} % of the picture could be decoded"
                )
            }
            Self::ToneMapped { percent } => {
                write!(f, "high dynamic range compressed from {percent} % of white")
            }
            Self::BackgroundChosen { rgb } => write!(f, "put on {}", name(*rgb)),
            Self::Vanishes { background } => {
                write!(f, "hardly anything shows on {}", name(*background))
            }
            Self::TextLeftOut => f.write_str("text left out: this system has no fonts"),
            Self::TurnedByExif => {
                f.write_str("turned by EXIF, since the container says nothing of orientation")
            }
            Self::FirstFrame { frames } => write!(f, "first of {frames} frames"),
        }
    }
}

/// A colour for people.
fn name(rgb: [u8; 3]) -> String {
    match rgb {
        [255, 255, 255] => "white".into(),
        [0, 0, 0] => "black".into(),
        [r, g, b] => format!("#{r:02x}{g:02x}{b:02x}"),
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
}

impl Avatar {
    /// The JPEG file; its length never exceeds the cap of the settings.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Takes the JPEG file out.
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

    /// Bytes of the cap that are left.
    #[must_use]
    pub fn headroom(&self) -> u64 {
        self.headroom
    }

    /// SSIMULACRA2 of the JPEG against the square before encoding, at the edge that was planned: 100 is
    /// the same, 90 hard to tell apart, 70 good, 50 fair; negative where little is left. `None` unless
    /// [`Settings::with_score`](crate::Settings::with_score) asks for it, and below 8 pixels.
    #[must_use]
    pub fn score(&self) -> Option<f32> {
        self.score
    }

    /// How many encodings it took to meet the cap; each edge that met it takes 1 to 8.
    #[must_use]
    pub fn trials(&self) -> u32 {
        self.trials
    }

    /// What shows behind transparent pixels, as sRGB; `None` if the square has none.
    #[must_use]
    pub fn background(&self) -> Option<[u8; 3]> {
        self.background
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

    /// What went otherwise than a user might expect.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }
}
