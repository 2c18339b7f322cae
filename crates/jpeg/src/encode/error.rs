//! Errors of the encoder.

use thiserror::Error;

/// Why a picture could not be encoded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A side is zero or longer than a JPEG frame header can express.
    #[error("a JPEG side is 1 to {max} pixels, this picture is {width}x{height}")]
    Side {
        /// Width given, in pixels.
        width: u32,
        /// Height given, in pixels.
        height: u32,
        /// Longest side allowed (T.81, B.2.2: 16 bits).
        max: u32,
    },
    /// A plane's length does not match its geometry.
    #[error("the {plane} plane holds {found} samples, its geometry needs {needed}")]
    PlaneLength {
        /// Which plane: `Y`, `Cb`, `Cr` or `RGB`.
        plane: &'static str,
        /// Samples given.
        found: usize,
        /// Samples needed.
        needed: usize,
    },
    /// Quality outside 1 to 100, or a range whose floor is above its ceiling.
    #[error("quality is 1 to 100 with floor <= ceiling, not {floor}..={ceiling}")]
    Quality {
        /// Lowest quality given.
        floor: u8,
        /// Highest quality given.
        ceiling: u8,
    },
    /// Full-resolution chroma was requested for a picture whose chroma is already halved.
    #[error("4:4:4 was asked for, but the picture's chroma is already halved")]
    ChromaAlreadyHalved,
}

/// Why no file under the cap could be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FitError {
    /// Even the lowest allowed quality is larger than the cap.
    #[error("the smallest file is {smallest} bytes, the cap is {max_bytes}")]
    CapUnreachable {
        /// Size in bytes of the smallest file tried.
        smallest: usize,
        /// The cap in bytes.
        max_bytes: usize,
    },
    /// The picture or the options are not usable.
    #[error("the picture cannot be encoded")]
    Encode(#[from] EncodeError),
}
