//! The probe: what the header of a source says.

use crate::{Format, Note, Orientation};

/// What a source's header says; both sides are non-zero and within the limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    pub(crate) format: Format,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) orientation: Orientation,
    pub(crate) frames: u32,
    pub(crate) decoded_bytes: u64,
    pub(crate) is_scalable: bool,
    pub(crate) notes: Vec<Note>,
}

impl Probe {
    /// The format, recognised by content.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Width as stored, before any turning, in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height as stored, before any turning, in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// How the stored pixels must be turned to stand upright.
    #[must_use]
    pub fn orientation(&self) -> Orientation {
        self.orientation
    }

    /// Frames in the file; only the first is used.
    #[must_use]
    pub fn frames(&self) -> u32 {
        self.frames
    }

    /// Whether the picture can be drawn at any size (SVG, PDF), so that it is never too small or
    /// enlarged.
    #[must_use]
    pub fn is_scalable(&self) -> bool {
        self.is_scalable
    }

    pub(crate) fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Memory of the whole decoded picture, in bytes.
    #[must_use]
    pub fn decoded_bytes(&self) -> u64 {
        self.decoded_bytes
    }
}
