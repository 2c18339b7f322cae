//! What will be done to one picture.

use crate::{Effort, Orientation, Rect};

/// What will be done to one picture. Pure arithmetic, and immutable; the crop lies inside the picture, and
/// the rectangle where it is placed inside the square.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub(crate) crop: Rect,
    pub(crate) placed: Rect,
    pub(crate) edge: u32,
    pub(crate) orientation: Orientation,
    pub(crate) effort: Effort,
    /// Parts of a unit that the crop of a drawing is given in; `None` for its centre square in whole
    /// units, and for pixels.
    pub(crate) fineness: Option<u32>,
    /// Whether all is decoded to be looked at first, so that its part that is shown is not known yet.
    pub(crate) is_survey: bool,
}

impl Plan {
    /// What is shown of the picture, in stored coordinates.
    #[must_use]
    pub fn crop(&self) -> Rect {
        self.crop
    }

    /// Where the crop lies in the square once it is upright, in pixels of the result.
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

    /// How what is shown is turned after resizing.
    #[must_use]
    pub fn orientation(&self) -> Orientation {
        self.orientation
    }

    /// Width and height that the crop is resized to, before it is turned.
    pub(crate) fn size(&self) -> (u32, u32) {
        // Turning back exchanges the sides just as turning does.
        self.orientation
            .upright_size((self.placed.width, self.placed.height))
    }

    /// Whether it is of a drawing, whose crop is given in parts of a unit.
    pub(crate) fn is_drawn(&self) -> bool {
        self.fineness.is_some()
    }

    /// The same for a picture of `(width, height)` pixels that is just the crop, perhaps reduced already.
    pub(crate) fn of_whole(&self, size: (u32, u32)) -> Self {
        Self {
            crop: Rect::of_size(size),
            ..self.clone()
        }
    }
}
