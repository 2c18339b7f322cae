//! Which blocks a picture has, and in which order they are in a scan (T.81, A.2).

use super::sampling::Sampling;

/// Geometry of one frame: sides in pixels and how chroma is sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) kind: Kind,
}

/// The three kinds of frame written here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Gray,
    Yuv444,
    Yuv420,
}

/// A component's blocks, row by row. Rows and columns beyond the used ones only pad the last MCUs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Grid {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    pub(crate) used_columns: usize,
    pub(crate) used_rows: usize,
}

impl Grid {
    /// Blocks that cover `width × height` samples, padded to a multiple of `align` blocks both ways.
    pub(crate) fn covering(width: usize, height: usize, align: usize) -> Self {
        let (used_columns, used_rows) = (width.div_ceil(8), height.div_ceil(8));
        let columns = used_columns.next_multiple_of(align);
        Self {
            columns,
            rows: used_rows.next_multiple_of(align),
            used_columns,
            used_rows,
        }
    }

    pub(crate) fn len(self) -> usize {
        self.columns * self.rows
    }
}

impl Frame {
    pub(crate) fn components(self) -> usize {
        if self.kind == Kind::Gray { 1 } else { 3 }
    }

    /// The sampling of this frame, as it is reported to the caller.
    pub(crate) fn sampling(self) -> Sampling {
        match self.kind {
            Kind::Gray => Sampling::Gray,
            Kind::Yuv444 => Sampling::S444,
            Kind::Yuv420 => Sampling::S420,
        }
    }

    /// Horizontal and vertical sampling factor of luma in the frame header (chroma has 1).
    pub(crate) fn luma_factor(self) -> usize {
        if self.kind == Kind::Yuv420 { 2 } else { 1 }
    }

    /// Grid of one component (0 is luma) as this frame codes it.
    pub(crate) fn grid(self, component: usize) -> Grid {
        let halved = component > 0 && self.kind == Kind::Yuv420;
        let side = |pixels: usize| if halved { pixels.div_ceil(2) } else { pixels };
        let align = if component == 0 {
            self.luma_factor()
        } else {
            1
        };
        Grid::covering(side(self.width), side(self.height), align)
    }

    /// Calls `visit(component, block index)` for every block of the interleaved scan, in order.
    #[inline(always)]
    pub(crate) fn interleaved(self, mut visit: impl FnMut(usize, usize)) {
        let (luma, chroma) = (self.grid(0), self.grid(1));
        let factor = self.luma_factor();
        for row in 0..luma.rows / factor {
            for column in 0..luma.columns / factor {
                for y in row * factor..(row + 1) * factor {
                    for x in column * factor..(column + 1) * factor {
                        visit(0, y * luma.columns + x);
                    }
                }
                if self.components() == 3 {
                    visit(1, row * chroma.columns + column);
                    visit(2, row * chroma.columns + column);
                }
            }
        }
    }
}
