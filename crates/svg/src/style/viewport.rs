//! What sizes and conditions refer to.

/// The size of the drawing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Viewport {
    /// In CSS pixels: what `vw`, `vh` and media queries refer to.
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// In units of the drawing, which are those of its `viewBox`: what percentages refer to.
    pub(crate) units_wide: f64,
    pub(crate) units_high: f64,
}
