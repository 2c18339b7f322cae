//! How the renderer lays out a pattern of tiles: one bitmap of a tile that repeats, or of the part that is
//! shown, into which each tile that reaches there is drawn.

use std::ops::Range;

use hayro::hayro_interpret::pattern::TilingPattern;
use hayro::hayro_interpret::util::x_y_advances;
use hayro::kurbo::{Affine, Rect};

/// The bitmap of a pattern.
pub(super) struct Tiles {
    across: Axis,
    down: Axis,
}

impl Tiles {
    /// Of a pattern that fills a part of the canvas.
    pub(super) fn of(pattern: &TilingPattern<'_>, area: Rect) -> Self {
        let area = pattern.matrix.inverse().transform_rect_bbox(area);
        let (across, down) = x_y_advances(&pattern.matrix);
        let cell = pattern.bbox;
        Self {
            across: Axis::of(
                across.length(),
                cell.x0..cell.x1,
                pattern.x_step,
                area.x0..area.x1,
            ),
            down: Axis::of(
                down.length(),
                cell.y0..cell.y1,
                pattern.y_step,
                area.y0..area.y1,
            ),
        }
    }

    pub(super) fn bounds(&self) -> Rect {
        Rect::new(0.0, 0.0, self.across.size, self.down.size)
    }

    pub(super) fn pixels(&self) -> u64 {
        (self.across.size * self.down.size) as u64
    }

    /// How often the tile is drawn into the bitmap.
    pub(super) fn copies(&self) -> u64 {
        (self.across.copies * self.down.copies) as u64
    }

    /// From the units of the pattern to the bitmap.
    pub(super) fn transform(&self) -> Affine {
        Affine::scale_non_uniform(self.across.scale, self.down.scale)
            * Affine::translate((-self.across.start, -self.down.start))
    }
}

struct Axis {
    start: f64,
    scale: f64,
    size: f64,
    copies: f64,
}

impl Axis {
    fn of(scale: f64, cell: Range<f64>, step: f32, area: Range<f64>) -> Self {
        let step = f64::from(step.abs());
        let shown = (area.end - area.start).max(0.0);
        let scale = (step * scale).round().max(1.0) / step;
        let (start, size, copies) = match shown >= step {
            true => (cell.start, step * scale, (cell.end - cell.start) / step),
            false => (
                area.start.max(cell.start),
                shown * scale,
                (shown + cell.end - cell.start) / step,
            ),
        };
        Self {
            start,
            scale,
            // A pattern that is squeezed to a line has no size.
            size: match size.is_finite() {
                true => (size.ceil() + 1.0).min(f64::from(u16::MAX)),
                false => 0.0,
            },
            copies: copies.ceil().max(1.0),
        }
    }
}
