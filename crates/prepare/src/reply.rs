//! What to tell the person who sent a picture that failed.

use crate::{Error, Limit, PictureError};

impl Error {
    /// A sentence for the person who sent the picture, such as the user of a web form: what to send
    /// instead, without settings, limits of the machine or details that help an attacker. What whoever
    /// runs the software can do is the [`hint`](Self::hint).
    ///
    /// ```
    /// use avatar_prepare::{Limits, Preparer, Settings};
    ///
    /// let error = Preparer::new(Settings::default(), Limits::default())
    ///     .prepare(b"no picture")
    ///     .unwrap_err();
    /// assert_eq!(error.reply(), "This file is not a picture. Please send a JPEG or PNG.");
    /// ```
    #[must_use]
    pub fn reply(&self) -> String {
        match self {
            Self::Picture(error) => of_picture(error).into(),
            Self::Limit(exceeded) => of_limit(exceeded.limit).into(),
            Self::TooSmall { allowed, .. } => format!(
                "This picture is too small. Please send one of at least {allowed} by {allowed} pixels."
            ),
            Self::CropOutside { .. } => "The chosen part lies outside the picture.".into(),
            Self::CapUnreachable { .. } | Self::TimedOut { .. } => {
                "This picture could not be processed. Please send a simpler or smaller one.".into()
            }
            Self::Overrun { .. } | Self::OutOfMemory { .. } | Self::Io(_) => {
                "The picture could not be processed just now. Please try again later.".into()
            }
            Self::Panicked { .. } => {
                "This picture could not be processed. Please send another one.".into()
            }
        }
    }

    /// Whether the same picture may succeed later without being changed: the service was busy, not the
    /// picture at fault.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(
            self,
            Self::Overrun { .. } | Self::OutOfMemory { .. } | Self::Io(_)
        )
    }
}

fn of_picture(error: &PictureError) -> &'static str {
    match error {
        PictureError::UnrecognizedFormat { .. } | PictureError::NotAPicture { .. } => {
            "This file is not a picture. Please send a JPEG or PNG."
        }
        PictureError::Unsupported { .. } | PictureError::NotRead { .. } => {
            "This kind of picture cannot be read. Please send a JPEG or PNG."
        }
        PictureError::Truncated { .. } => {
            "This picture is incomplete. Please send the whole file again."
        }
        PictureError::Malformed { .. } | PictureError::Implausible { .. } => {
            "This picture is damaged. Please save it again and send it."
        }
    }
}

fn of_limit(limit: Limit) -> &'static str {
    match limit {
        Limit::EncodedBytes | Limit::Metadata => {
            "This file is too large. Please send a smaller one."
        }
        Limit::Frames => "This animation is too long. Please send a still picture.",
        _ => "This picture is too large. Please send one with fewer pixels.",
    }
}
