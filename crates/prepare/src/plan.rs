//! What will be done to one picture.

use crate::{Effort, Orientation, Rect};

/// What will be done to one picture. Pure arithmetic; the rectangle lies inside the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub(crate) crop: Rect,
    pub(crate) edge: u32,
    pub(crate) orientation: Orientation,
    pub(crate) effort: Effort,
    pub(crate) bytes_needed: u64,
    pub(crate) bytes_compared: u64,
}

impl Plan {
    /// The centre square, in stored coordinates.
    #[must_use]
    pub fn crop(&self) -> Rect {
        self.crop
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

    /// Memory that preparing it takes at most, in bytes: the encoded picture and everything that is
    /// made of it. Where the cap cannot be met at the planned edge it takes more, see
    /// [`bytes_compared`](Self::bytes_compared).
    #[must_use]
    pub fn bytes_needed(&self) -> u64 {
        self.bytes_needed
    }

    /// The same with what comparing results with the square takes.
    #[must_use]
    pub fn bytes_compared(&self) -> u64 {
        self.bytes_compared
    }

    /// The same for a square of `edge` pixels that is just the crop, perhaps reduced already.
    pub(crate) fn of_square(&self, edge: u32) -> Self {
        let crop = Rect {
            x: 0,
            y: 0,
            width: edge,
            height: edge,
        };
        Self {
            crop,
            ..self.clone()
        }
    }

    /// How the square is turned after resizing.
    #[must_use]
    pub fn orientation(&self) -> Orientation {
        self.orientation
    }
}
