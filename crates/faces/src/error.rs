//! What can be wrong with a picture handed in.

use std::fmt;

use crate::MAX_SIDE;

/// Why a picture was not looked at. All of these are the caller's mistakes; a picture without faces is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A side is zero or above [`MAX_SIDE`].
    Side {
        /// Width handed in, in pixels.
        width: u32,
        /// Height handed in, in pixels.
        height: u32,
    },
    /// There are not three bytes for each pixel.
    Length {
        /// Bytes handed in.
        found: usize,
        /// `width * height * 3`.
        expected: u64,
    },
    /// The look asked for is outside 32 to [`MAX_SIDE`] pixels.
    Look {
        /// What was asked for, in pixels.
        found: u32,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Side { width, height } => write!(
                f,
                "width and height must be 1 to {MAX_SIDE} pixels, got {width}x{height}"
            ),
            Self::Length { found, expected } => write!(
                f,
                "pixels must be {expected} bytes (3 for each pixel: red, green, blue), got {found}"
            ),
            Self::Look { found } => {
                write!(
                    f,
                    "the look must be 32 to {MAX_SIDE} pixels wide, got {found}"
                )
            }
        }
    }
}

impl std::error::Error for Error {}
