//! Options of the encoder: chroma sampling and effort.

/// How chroma is sampled relative to luma.
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
    /// No chroma. Only reported, for gray pictures; as an option it is the same as `Auto`.
    Gray,
}

/// How much time the encoder spends on quality per byte.
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
