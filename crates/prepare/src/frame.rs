//! The frame: which part of a picture the square shows, and why.

use std::fmt;

use crate::{Fit, Rect};

/// Which part of a picture the square shows, and where in the square.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    pub(crate) fit: Fit,
    pub(crate) by: Reason,
    pub(crate) crop: Rect,
    pub(crate) placed: Rect,
    pub(crate) edge: u32,
    pub(crate) filling: Option<Filling>,
    pub(crate) faces: Vec<FaceBox>,
    pub(crate) inside_mask: Option<bool>,
    /// If the crop of a drawing is given in fractions of a unit, how many make a unit; `None` for
    /// pixels.
    pub(crate) fineness: Option<u32>,
    pub(crate) is_cut_logo: bool,
    pub(crate) has_cut_face: bool,
    pub(crate) is_small: bool,
}

/// Why a frame was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The middle of the picture.
    Center,
    /// The upper end, as asked.
    Top,
    /// The lower end, as asked.
    Bottom,
    /// The left end, as asked.
    Left,
    /// The right end, as asked.
    Right,
    /// Faces, found or named in the picture's metadata.
    Face,
    /// The densest edges and strongest colours.
    Subject,
    /// A point given by the settings or by the picture's metadata.
    Focus,
    /// Containing was asked for.
    Asked,
    /// Parts of the picture are transparent.
    Transparency,
    /// Its border is one colour or an even gradient.
    Border,
    /// It has few colours and large flat areas.
    Colors,
    /// It is a drawing of lines and shapes.
    Vector,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Center => "center",
            Self::Top => "top",
            Self::Bottom => "bottom",
            Self::Left => "left",
            Self::Right => "right",
            Self::Face => "face",
            Self::Subject => "subject",
            Self::Focus => "focus",
            Self::Asked => "asked",
            Self::Transparency => "transparency",
            Self::Border => "border",
            Self::Colors => "colors",
            Self::Vector => "vector",
        })
    }
}

/// What fills the square beside the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Filling {
    /// Nothing: the background shows, as behind all transparent pixels.
    Transparent,
    /// One colour: sRGB red, green and blue, 0 to 255.
    Rgb([u8; 3]),
    /// The gradient on which the picture's border lies; outside, the colours of its edge.
    Gradient,
    /// The picture itself, enlarged and blurred.
    Blur,
}

/// A face in the upright picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaceBox {
    /// Left edge.
    pub x: f64,
    /// Upper edge, about at the brow.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height down to the chin.
    pub height: f64,
    /// How sure the detector is, up to 1; always 1 for faces that the picture's metadata names.
    pub score: f64,
}

impl Frame {
    /// Whether the picture fills the square or is shown whole; never [`Fit::Auto`].
    #[must_use]
    pub fn fit(&self) -> Fit {
        self.fit
    }

    /// Why it is framed so.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.by
    }

    /// The part of the upright picture that shows, in its pixels.
    #[must_use]
    pub fn crop(&self) -> Rect {
        let Some(fineness) = self.fineness else {
            return self.crop;
        };
        // Round outwards to whole units what is given in fractions.
        let Rect {
            x,
            y,
            width,
            height,
        } = self.crop;
        let (left, top) = (x / fineness, y / fineness);
        Rect {
            x: left,
            y: top,
            width: (x + width).div_ceil(fineness) - left,
            height: (y + height).div_ceil(fineness) - top,
        }
    }

    /// Where that part lies in the square, in pixels of the result.
    #[must_use]
    pub fn placed(&self) -> Rect {
        self.placed
    }

    /// Edge of the square, in pixels.
    #[must_use]
    pub fn edge(&self) -> u32 {
        self.edge
    }

    /// What fills the square beside the picture; `None` if the picture fills the square.
    #[must_use]
    pub fn filling(&self) -> Option<Filling> {
        self.filling
    }

    /// Faces that were found, the largest first; also empty if none were looked for.
    #[must_use]
    pub fn faces(&self) -> &[FaceBox] {
        &self.faces
    }

    /// Whether the faces or the content lie wholly inside the mask; `None` if neither was looked
    /// for.
    #[must_use]
    pub fn inside_mask(&self) -> Option<bool> {
        self.inside_mask
    }

    /// Whether a picture that looks like a logo loses some of its content.
    #[must_use]
    pub fn is_cut_logo(&self) -> bool {
        self.is_cut_logo
    }

    /// Whether the edge of the square cuts a detected face.
    #[must_use]
    pub fn has_cut_face(&self) -> bool {
        self.has_cut_face
    }

    pub(crate) fn fills_the_square(&self) -> bool {
        self.placed == Rect::of_size((self.edge, self.edge))
    }

    /// The same frame in a smaller square.
    pub(crate) fn shrunk_to(self, edge: u32) -> Self {
        if edge == self.edge {
            return self;
        }
        let scaled = |value: u32| {
            let exact = u64::from(value) * u64::from(edge);
            ((exact + u64::from(self.edge) / 2) / u64::from(self.edge.max(1))) as u32
        };
        let (left, top) = (scaled(self.placed.x), scaled(self.placed.y));
        let placed = Rect {
            x: left.min(edge.saturating_sub(1)),
            y: top.min(edge.saturating_sub(1)),
            width: scaled(self.placed.x + self.placed.width)
                .saturating_sub(left)
                .max(1),
            height: scaled(self.placed.y + self.placed.height)
                .saturating_sub(top)
                .max(1),
        };
        Self {
            placed,
            edge,
            ..self
        }
    }
}
