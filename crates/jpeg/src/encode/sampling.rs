//! The caller's choices that are not numbers: chroma sampling and effort.

/// How chroma is sampled against luma.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Sampling {
    /// Decided once per picture and cap, before any search.
    #[default]
    Auto,
    /// Chroma halved both ways (4:2:0): fewest bytes.
    S420,
    /// Chroma at full resolution (4:4:4): sharp coloured edges.
    S444,
    /// No chroma at all. Only reported, for gray pictures; asking for it is the same as `Auto`.
    Gray,
}

/// How hard the encoder works for quality per byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Effort {
    /// Plain quantisation with a dead zone.
    Fast,
    /// Rate-distortion optimised quantisation.
    #[default]
    Balanced,
    /// As `Balanced`, with further passes over the same picture.
    Best,
}
