//! What sizes and conditions refer to.

/// The size of the drawing, in CSS pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Viewport {
    pub(crate) width: f64,
    pub(crate) height: f64,
}
