//! The eight EXIF orientations.

use crate::Rect;

/// How stored pixels must be turned to stand upright, as in EXIF tag 0x0112 (CIPA DC-008).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Orientation {
    /// 1: as stored.
    #[default]
    Normal = 1,
    /// 2: mirror left to right.
    MirrorHorizontal = 2,
    /// 3: turn by 180°.
    Rotate180 = 3,
    /// 4: mirror top to bottom.
    MirrorVertical = 4,
    /// 5: mirror along the main diagonal.
    Transpose = 5,
    /// 6: turn by 90° clockwise.
    Rotate90 = 6,
    /// 7: mirror along the other diagonal.
    Transverse = 7,
    /// 8: turn by 270° clockwise.
    Rotate270 = 8,
}

impl Orientation {
    /// All eight, in the order of their EXIF values.
    pub const ALL: [Self; 8] = [
        Self::Normal,
        Self::MirrorHorizontal,
        Self::Rotate180,
        Self::MirrorVertical,
        Self::Transpose,
        Self::Rotate90,
        Self::Transverse,
        Self::Rotate270,
    ];

    /// The orientation of an EXIF value; `None` outside 1 to 8, which programs treat as 1.
    #[must_use]
    pub fn from_exif(value: u32) -> Option<Self> {
        let index = usize::try_from(value.checked_sub(1)?).ok()?;
        Self::ALL.get(index).copied()
    }

    /// The EXIF value, 1 to 8.
    #[must_use]
    pub fn exif(self) -> u8 {
        self as u8
    }

    /// Whether turning upright exchanges width and height.
    #[must_use]
    pub fn swaps_sides(self) -> bool {
        self.exif() >= 5
    }

    /// Whether the stored x axis runs against the upright axis that it becomes.
    pub(crate) fn flips_x(self) -> bool {
        matches!(
            self,
            Self::MirrorHorizontal | Self::Rotate180 | Self::Transverse | Self::Rotate270
        )
    }

    /// Whether the stored y axis runs against the upright axis that it becomes.
    pub(crate) fn flips_y(self) -> bool {
        matches!(
            self,
            Self::Rotate180 | Self::MirrorVertical | Self::Rotate90 | Self::Transverse
        )
    }

    /// The upright size of a picture stored as `(width, height)`.
    #[must_use]
    pub fn upright_size(self, (width, height): (u32, u32)) -> (u32, u32) {
        if self.swaps_sides() {
            (height, width)
        } else {
            (width, height)
        }
    }

    /// The orientation that has the effect of this one followed by `next`.
    pub(crate) fn then(self, next: Self) -> Self {
        let (next_x, next_y) = if self.swaps_sides() {
            (next.flips_y(), next.flips_x())
        } else {
            (next.flips_x(), next.flips_y())
        };
        let wanted = (
            self.swaps_sides() != next.swaps_sides(),
            self.flips_x() != next_x,
            self.flips_y() != next_y,
        );
        let parts = |o: &Self| (o.swaps_sides(), o.flips_x(), o.flips_y());
        let found = Self::ALL.into_iter().find(|o| parts(o) == wanted);
        found.unwrap_or_default() // all eight combinations are there
    }

    /// Maps a rectangle of the upright picture back to stored coordinates; `stored` is the
    /// stored `(width, height)`, and the rectangle must lie inside.
    #[must_use]
    pub fn stored_rect(self, upright: Rect, stored: (u32, u32)) -> Rect {
        let mut rect = upright;
        if self.swaps_sides() {
            rect = Rect {
                x: rect.y,
                y: rect.x,
                width: rect.height,
                height: rect.width,
            };
        }
        if self.flips_x() {
            rect.x = stored.0 - rect.x - rect.width;
        }
        if self.flips_y() {
            rect.y = stored.1 - rect.y - rect.height;
        }
        rect
    }
}
