//! What the header says about a source, checked against the limits.

use crate::codec::{self, Opened};
use crate::{Error, Format, Limits, Note, Orientation, PictureError};

/// What a source's header says; both sides are non-zero and within the limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    format: Format,
    width: u32,
    height: u32,
    orientation: Orientation,
    frames: u32,
    decoded_bytes: u64,
    is_scalable: bool,
    note: Option<Note>,
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

    /// Whether the picture is drawn at any size, so that it is neither too small nor enlarged.
    #[must_use]
    pub fn is_scalable(&self) -> bool {
        self.is_scalable
    }

    pub(crate) fn note(&self) -> Option<&Note> {
        self.note.as_ref()
    }

    /// Memory of the whole decoded picture, in bytes.
    #[must_use]
    pub fn decoded_bytes(&self) -> u64 {
        self.decoded_bytes
    }
}

/// Reads the header and refuses what is over a limit before any pixel memory is taken.
pub(crate) fn probe<'a>(bytes: &'a [u8], limits: &Limits) -> Result<(Probe, Opened<'a>), Error> {
    limits.check_encoded(bytes.len() as u64)?;
    let (format, opened) = codec::open(bytes, limits)?;
    let header = &opened.header;
    let size = (header.width, header.height);
    if size.0 == 0 || size.1 == 0 {
        let detail = format!("its size is {} x {} pixels", size.0, size.1);
        return Err(PictureError::Malformed { format, detail }.into());
    }
    limits.check_picture(size, header.frames, header.decoded_bytes)?;
    let probe = Probe {
        format,
        width: size.0,
        height: size.1,
        orientation: header.orientation,
        frames: header.frames,
        decoded_bytes: header.decoded_bytes,
        is_scalable: header.is_scalable,
        note: header.note.clone(),
    };
    Ok((probe, opened))
}
