//! Errors, each with a stable code and a hint. They are separated by what has to change: the
//! picture, the settings, or the machine.

use std::time::Duration;

use crate::{Format, LimitExceeded, OtherKind};

/// Why one picture was not prepared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file is not a picture that can be read.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// The picture asks for more than a [`Limit`](crate::Limit) allows.
    #[error(transparent)]
    Limit(#[from] LimitExceeded),
    /// No file small enough exists at the lowest quality allowed.
    #[error(
        "smallest file, {edge}x{edge} pixels at quality {quality}, is {smallest} bytes, over the cap of {allowed} bytes"
    )]
    CapUnreachable {
        /// Size in bytes of the smallest file that was reached.
        smallest: u64,
        /// The byte cap.
        allowed: u64,
        /// The quality floor at which it was reached.
        quality: u8,
        /// The smallest edge allowed, at which it was reached, in pixels.
        edge: u32,
    },
    /// The square would have fewer pixels than the settings require.
    #[error(
        "centre square is {found}x{found} pixels, below the smallest allowed edge of {allowed}"
    )]
    TooSmall {
        /// Edge of the square that the picture can give, in pixels.
        found: u32,
        /// Smallest edge allowed, in pixels.
        allowed: u32,
        /// The edge to which it would have to be enlarged, if the settings allow that only up to a
        /// factor.
        enlarged_to: Option<u32>,
    },
    /// The part of the picture that is to be shown lies outside it.
    #[error("the crop lies outside the picture of {width}x{height} pixels")]
    CropOutside {
        /// Width of the upright picture, in pixels.
        width: u32,
        /// Height of the upright picture, in pixels.
        height: u32,
    },
    /// The picture took longer than the limits allow. If a [`Batch`](crate::Batch) could not wait for its
    /// decoder, the decoder's thread was left behind.
    #[error("not done within {} s", allowed.as_secs_f64())]
    TimedOut {
        /// The time allowed.
        allowed: Duration,
    },
    /// Not tried, because too many threads were abandoned by pictures that timed out.
    #[error("not tried: {running} threads are still busy, most with pictures that timed out")]
    Overrun {
        /// Number of threads that are still running.
        running: usize,
    },
    /// The source could not be read.
    #[error("could not read the source")]
    Io(#[from] std::io::Error),
    /// The operating system refused memory for this picture; other pictures go on.
    #[error("the system refused {bytes} bytes of memory")]
    OutOfMemory {
        /// Size of the refused request, in bytes.
        bytes: u64,
    },
    /// A decoder or a stage panicked. This is a bug in the software, not a fault of the picture.
    #[error("internal fault while preparing: {message}")]
    Panicked {
        /// Message of the panic.
        message: String,
    },
}

/// What is wrong with the picture's bytes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// No known format starts like this.
    #[error("not a known picture format: {found}")]
    UnrecognizedFormat {
        /// What the content starts with, in words.
        found: String,
    },
    /// A picture of a known format that is not read.
    #[error("{} is not read", kind.name())]
    NotRead {
        /// The format as recognised by content.
        kind: &'static OtherKind,
    },
    /// A file of another kind with the name of a picture.
    #[error("not a picture: {}", kind.name())]
    NotAPicture {
        /// Kind of the file, as recognised by content.
        kind: &'static OtherKind,
    },
    /// The format is known, but this variant of it cannot be decoded.
    #[error("unsupported {format}: {feature}")]
    Unsupported {
        /// The format as recognised by content.
        format: Format,
        /// The feature of the format that is not supported.
        feature: String,
    },
    /// The header states a size over the limits, but a file of this length can never contain so
    /// many pixels, so it is damaged.
    #[error("{format}: its header promises far more pixels than {bytes} bytes can hold")]
    Implausible {
        /// The format as recognised by content.
        format: Format,
        /// Length of the file.
        bytes: u64,
    },
    /// The content contradicts the rules of its format.
    #[error("malformed {format}: {detail}")]
    Malformed {
        /// The format as recognised by content.
        format: Format,
        /// What is wrong, in the decoder's words.
        detail: String,
    },
    /// The file ends before its picture does.
    #[error("truncated {format}: {detail}")]
    Truncated {
        /// The format as recognised by content.
        format: Format,
        /// How much is there.
        detail: String,
    },
}

/// A setting outside its range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting} must be {allowed}, got {found}")]
pub struct SettingsError {
    /// Name of the setting.
    pub setting: &'static str,
    /// What was given.
    pub found: String,
    /// The range or forms that are accepted.
    pub allowed: String,
}

/// Stable codes of failures. A code keeps its meaning; new ones may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// See [`PictureError::UnrecognizedFormat`].
    UnrecognizedFormat,
    /// See [`PictureError::Unsupported`].
    Unsupported,
    /// See [`PictureError::Malformed`].
    Malformed,
    /// See [`PictureError::Truncated`].
    Truncated,
    /// See [`Error::Limit`].
    LimitExceeded,
    /// See [`Error::CapUnreachable`].
    CapUnreachable,
    /// See [`Error::TooSmall`].
    TooSmall,
    /// See [`Error::CropOutside`].
    CropOutside,
    /// See [`Error::TimedOut`] and [`Error::Overrun`].
    TimedOut,
    /// See [`Error::Io`].
    Io,
    /// See [`Error::OutOfMemory`].
    OutOfMemory,
    /// See [`Error::Panicked`].
    Panicked,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 12] = [
        Self::UnrecognizedFormat,
        Self::Unsupported,
        Self::Malformed,
        Self::Truncated,
        Self::LimitExceeded,
        Self::CapUnreachable,
        Self::TooSmall,
        Self::CropOutside,
        Self::TimedOut,
        Self::Io,
        Self::OutOfMemory,
        Self::Panicked,
    ];

    /// The code as text, as in JSON records.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnrecognizedFormat => "unrecognized_format",
            Self::Unsupported => "unsupported",
            Self::Malformed => "malformed",
            Self::Truncated => "truncated",
            Self::LimitExceeded => "limit_exceeded",
            Self::CapUnreachable => "cap_unreachable",
            Self::TooSmall => "too_small",
            Self::CropOutside => "crop_outside",
            Self::TimedOut => "timed_out",
            Self::Io => "io",
            Self::OutOfMemory => "out_of_memory",
            Self::Panicked => "panicked",
        }
    }
}

impl Error {
    /// The stable code of this failure.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Picture(
                PictureError::UnrecognizedFormat { .. } | PictureError::NotAPicture { .. },
            ) => Code::UnrecognizedFormat,
            Self::Picture(PictureError::Unsupported { .. } | PictureError::NotRead { .. }) => {
                Code::Unsupported
            }
            Self::Picture(PictureError::Malformed { .. }) => Code::Malformed,
            Self::Picture(PictureError::Truncated { .. }) => Code::Truncated,
            Self::Limit(_) | Self::Picture(PictureError::Implausible { .. }) => Code::LimitExceeded,
            Self::CapUnreachable { .. } => Code::CapUnreachable,
            Self::TooSmall { .. } => Code::TooSmall,
            Self::CropOutside { .. } => Code::CropOutside,
            Self::TimedOut { .. } | Self::Overrun { .. } => Code::TimedOut,
            Self::Io(_) => Code::Io,
            Self::OutOfMemory { .. } => Code::OutOfMemory,
            Self::Panicked { .. } => Code::Panicked,
        }
    }

    /// The format as recognised by content, if the failure names it.
    #[must_use]
    pub fn format(&self) -> Option<Format> {
        match self {
            Self::Picture(
                PictureError::Unsupported { format, .. }
                | PictureError::Implausible { format, .. }
                | PictureError::Malformed { format, .. }
                | PictureError::Truncated { format, .. },
            ) => Some(*format),
            _ => None,
        }
    }

    /// What whoever runs the software can try next, as one sentence without a full stop. It may speak of
    /// settings; for the person who sent the picture see [`Error::reply`].
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Picture(error) => error.hint(),
            Self::Limit(error) => error.limit.hint(),
            Self::CapUnreachable { .. } => {
                "raise the byte cap, or lower the quality floor or the smallest allowed edge"
            }
            Self::TooSmall { .. } => "use a larger original, or lower the smallest allowed edge",
            Self::CropOutside { .. } => "give a crop inside the upright picture, or per cent of it",
            Self::TimedOut { .. } => "allow more time if you trust the file",
            Self::Overrun { .. } => "remove the pictures that timed out, and run again",
            Self::Io(_) => "check that the file exists, is readable and is not being changed",
            Self::OutOfMemory { .. } => {
                "free some memory, or lower the budget so that fewer pictures are prepared at the same time"
            }
            Self::Panicked { .. } => "please report this picture as a bug",
        }
    }
}

impl PictureError {
    fn hint(&self) -> &'static str {
        match self {
            Self::NotRead { kind } | Self::NotAPicture { kind } => kind.advice(),
            Self::UnrecognizedFormat { .. } => "check that the file is a picture and is complete",
            Self::Unsupported { .. } => "convert it to PNG or JPEG first",
            Self::Implausible { .. } | Self::Malformed { .. } => {
                "the file is damaged: export it again from its source"
            }
            Self::Truncated { .. } => "the file is cut short: download or copy it again",
        }
    }
}
