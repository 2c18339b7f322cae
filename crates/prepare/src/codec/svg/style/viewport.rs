//! What sizes and conditions refer to.

/// The size of the drawing, in CSS pixels.
#[derive(Debug, Clone, Copy)]
pub(in crate::codec::svg) struct Viewport {
    pub(in crate::codec::svg) width: f64,
    pub(in crate::codec::svg) height: f64,
}
