//! Why a picture could not be decoded.

use crate::decode::Process;

/// The limit of a request that a picture exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitKind {
    /// Bytes of memory for planes, coefficients and tables.
    Memory,
    /// Scans in the picture.
    Scans,
    /// Visits to blocks; stops progressive files that cause endless work with few bytes.
    Work,
}

impl std::fmt::Display for LimitKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Memory => "bytes of memory",
            Self::Scans => "scans",
            Self::Work => "block visits",
        })
    }
}

/// Why a picture could not be decoded.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes do not begin with a JPEG's first marker.
    #[error("not a JPEG")]
    NotJpeg,
    /// The bytes end before the first scan.
    #[error("the file ends inside its headers")]
    HeaderEnds,
    /// A header segment that is needed contradicts T.81.
    #[error("invalid {segment} segment")]
    Invalid {
        /// The segment's name as in T.81, for example `SOF`.
        segment: &'static str,
    },
    /// A coding process, precision or number of components that this decoder does not support.
    #[error("unsupported JPEG: {process}, {precision} bits, {components} components")]
    Unsupported {
        /// The coding process that the frame header names.
        process: Process,
        /// Bits in a sample.
        precision: u8,
        /// Components in the frame.
        components: u8,
    },
    /// The request's crop is empty or not inside the picture.
    #[error("the crop is not inside the {width}x{height} picture")]
    CropOutside {
        /// Stored width in pixels.
        width: u32,
        /// Stored height in pixels.
        height: u32,
    },
    /// The picture needs more than the request allows.
    #[error("needs {needed} {kind}, {allowed} are allowed")]
    Limit {
        /// The limit that is exceeded.
        kind: LimitKind,
        /// What the picture needs, or the count at which decoding was stopped.
        needed: u64,
        /// What the request allows.
        allowed: u64,
    },
    /// Too little of the needed area could be decoded.
    #[error("{:.0} % of the picture could be decoded, {:.0} % are needed", share * 100.0, required * 100.0)]
    Truncated {
        /// The part that could be decoded, 0..=1.
        share: f32,
        /// The part that the request requires, 0..=1.
        required: f32,
    },
}
