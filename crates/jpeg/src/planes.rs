//! What the decoder returns: planes of samples, and rectangles that say where the crop is in them.

/// A rectangle of whole pixels in stored coordinates (before any orientation), origin at the top left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rect {
    /// Left edge in pixels.
    pub x: u32,
    /// Top edge in pixels.
    pub y: u32,
    /// Width in pixels, at least 1 to be decodable.
    pub width: u32,
    /// Height in pixels, at least 1 to be decodable.
    pub height: u32,
}

impl Rect {
    /// A rectangle from its top left corner and its size.
    #[must_use]
    pub fn new(x: u32, y: u32, width: u32, height: u32) -> Self {
        Self {
            x,
            y,
            width,
            height,
        }
    }

    /// Whether the rectangle is not empty and lies inside a picture of this size.
    #[must_use]
    pub fn is_inside(&self, width: u32, height: u32) -> bool {
        let fits = |start: u32, length: u32, whole: u32| {
            length > 0 && start.checked_add(length).is_some_and(|end| end <= whole)
        };
        fits(self.x, self.width, width) && fits(self.y, self.height, height)
    }
}

/// A rectangle with fractional edges in the coordinates of one plane; sample *i* covers the span *i* to *i* + 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CropRect {
    /// Left edge in samples.
    pub x: f64,
    /// Top edge in samples.
    pub y: f64,
    /// Width in samples.
    pub width: f64,
    /// Height in samples.
    pub height: f64,
}

/// A reduction across and down, in eighths of the stored resolution, each 1..=8: a block becomes `x`×`y` samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Eighths {
    /// Samples across that a block becomes.
    pub x: u8,
    /// Samples down that a block becomes.
    pub y: u8,
}

impl Eighths {
    /// Samples that a block becomes, across.
    pub(crate) fn columns(self) -> usize {
        self.x.into()
    }

    /// Samples that a block becomes, down.
    pub(crate) fn rows(self) -> usize {
        self.y.into()
    }

    /// Samples that a block becomes, and coefficients that it takes.
    pub(crate) fn area(self) -> usize {
        self.columns() * self.rows()
    }

    /// Index of the coefficient of this row and column among the needed ones, row by row; `None` if
    /// it is not needed.
    pub(crate) fn place(self, row: usize, column: usize) -> Option<usize> {
        (row < self.rows() && column < self.columns()).then(|| row * self.columns() + column)
    }
}

/// What the components mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColorModel {
    /// One component: luminance.
    Gray,
    /// Full-range BT.601 Y, Cb, Cr as in JFIF.
    YCbCr,
    /// Red, green, blue stored as they are.
    Rgb,
    /// Cyan, magenta, yellow, black.
    Cmyk {
        /// Whether 255 means no ink, as Adobe writes it.
        inverted: bool,
    },
    /// YCbCr of the CMY part, and black.
    Ycck {
        /// Whether 255 means no ink, as Adobe writes it.
        inverted: bool,
    },
}

/// The samples of one component.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// Samples in a row; rows follow each other without gaps.
    pub width: usize,
    /// Number of rows.
    pub height: usize,
    /// `width` × `height` samples, 0..=255, row by row. Where nothing could be decoded they are 128.
    pub samples: Vec<u8>,
    /// The requested crop, exactly, in coordinates of this plane. It lies inside the plane. The
    /// samples around it are there because whole blocks are decoded; those beyond the picture's
    /// edge are padding of the encoder.
    pub crop: CropRect,
    /// The plane's resolution in eighths of the component's stored resolution.
    pub eighths: Eighths,
}

/// A decoded crop: one plane for each component, in the order of the frame header.
///
/// Chroma is sited in the centre (JFIF), so a plane coordinate is the stored coordinate times the plane's scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Planes {
    /// One plane for each component; their sizes differ when components are subsampled or reduced differently.
    pub planes: Vec<Plane>,
    /// What the components mean.
    pub color: ColorModel,
    /// The share of the needed blocks that could be decoded, 0..=1, of the component with the
    /// smallest share. In a progressive picture a block counts as decoded after its first DC scan.
    pub decoded_share: f32,
    /// Whether any of the needed entropy-coded data is damaged or missing, including later
    /// progressive scans.
    pub damaged: bool,
}
