//! The centre crop: the largest centred square of the *upright* picture.

/// A rectangle in whole pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rect {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width, at least 1.
    pub width: u32,
    /// Height, at least 1.
    pub height: u32,
}

/// The largest centred square of an upright picture. An odd spare pixel stays on the right or at
/// the bottom, as the usual tools have it.
pub(crate) fn center_square((width, height): (u32, u32)) -> Rect {
    let edge = width.min(height);
    Rect {
        x: (width - edge) / 2,
        y: (height - edge) / 2,
        width: edge,
        height: edge,
    }
}
