//! Why a picture could not be decoded.

/// Why a picture could not be decoded. The text names the part of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The stream uses something that this decoder does not support, for example references to other pictures.
    #[error("unsupported: {0}")]
    Unsupported(&'static str),
    /// The stream contradicts ITU-T H.265.
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// The stream ends before the picture is complete.
    #[error("ends early: {0}")]
    Truncated(&'static str),
}
