//! What will be done to one picture.

use crate::{Effort, Orientation, Rect};

/// What will be done to one picture; immutable. The crop lies inside the picture, and the rectangle
/// where it is placed lies inside the square.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub(crate) crop: Rect,
    pub(crate) placed: Rect,
    pub(crate) edge: u32,
    pub(crate) orientation: Orientation,
    pub(crate) effort: Effort,
    /// If the crop of a drawing is given in fractions of a unit, how many make a unit; `None` for
    /// whole units and for pixels.
    pub(crate) fineness: Option<u32>,
    /// Whether the whole picture is decoded first to choose the frame, so that the part that is
    /// shown is not known yet.
    pub(crate) is_survey: bool,
    /// Whether a codec may take more memory for a damaged file than for a sound one.
    pub(crate) mends: bool,
}

impl Plan {
    /// The part of the picture that is shown, in stored coordinates.
    #[must_use]
    pub fn crop(&self) -> Rect {
        self.crop
    }

    /// Where the upright crop lies in the square, in pixels of the result.
    #[must_use]
    pub fn placed(&self) -> Rect {
        self.placed
    }

    /// Edge of the result, in pixels.
    #[must_use]
    pub fn edge(&self) -> u32 {
        self.edge
    }

    /// How much time fidelity may take.
    #[must_use]
    pub fn effort(&self) -> Effort {
        self.effort
    }

    /// How the part that is shown is turned after resizing.
    #[must_use]
    pub fn orientation(&self) -> Orientation {
        self.orientation
    }

    /// Width and height that the crop is resized to, before it is turned.
    pub(crate) fn size(&self) -> (u32, u32) {
        // Turning back exchanges width and height just as turning does.
        self.orientation
            .upright_size((self.placed.width, self.placed.height))
    }

    /// Whether the picture is a drawing whose crop is given in fractions of a unit.
    pub(crate) fn is_drawn(&self) -> bool {
        self.fineness.is_some()
    }

    /// A plan to decode a whole picture of the stored size `size` without reducing it.
    pub(crate) fn of_all(size: (u32, u32), orientation: Orientation) -> Self {
        let (width, height) = orientation.upright_size(size);
        Self {
            crop: Rect::of_size(size),
            placed: Rect::of_size((width, height)),
            edge: width.max(height),
            orientation,
            effort: Effort::Balanced,
            fineness: None,
            is_survey: false,
            mends: true,
        }
    }

    /// The same plan for pixels of the given size that are already cropped, and possibly reduced.
    pub(crate) fn of_whole(&self, size: (u32, u32)) -> Self {
        Self {
            crop: Rect::of_size(size),
            ..self.clone()
        }
    }
}
