//! Errors in the picture or the arguments that the caller passes.

use std::fmt;

/// Longest side of a picture, in pixels.
pub const MAX_SIDE: u32 = 65_535;

/// Why a picture was not examined. All of these are mistakes of the caller; a picture without faces
/// is not an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A side is zero or above [`MAX_SIDE`].
    Side {
        /// Width passed, in pixels.
        width: u32,
        /// Height passed, in pixels.
        height: u32,
    },
    /// There are not three bytes for each pixel.
    Length {
        /// Number of bytes passed.
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
