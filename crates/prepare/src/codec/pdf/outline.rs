//! What outlines of a page cost: the renderer turns each into bands of four rows, and into squares of
//! four pixels along its edges.

use hayro::hayro_interpret::StrokeProps;
use hayro::hayro_interpret::util::x_y_advances;
use hayro::kurbo::{Affine, BezPath, PathEl, Point, Rect};

/// Sides of a square along an edge, in pixels.
const SQUARE: f64 = 4.0;
/// Bytes of each thing that is painted, of each band of rows that it is in, and of each square along its edges.
/// Measured: 43 for a band with two squares before they are brought in order, and 16 for each command then.
const DRAWN: u64 = 250;
const BAND: u64 = 70;
const EDGE: u64 = 24;
/// Work for each thing that is painted, each line of it, and each line of a stroke, in pixels.
const ELEMENT: u64 = 100;
const FILLED: u64 = 50;
const STROKED: u64 = 500;
/// Bytes of a line while it becomes an outline.
const LINE: u64 = 200;

/// What something costs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PaintCost {
    /// In pixels that are painted.
    pub(super) work: u64,
    /// Bytes that are kept until the canvas is finished.
    pub(super) kept: u64,
    /// Bytes that are needed for a moment.
    pub(super) passing: u64,
}

impl PaintCost {
    /// Of a rectangle that is painted.
    pub(super) fn filled(shown: Rect) -> Self {
        let bands = (shown.height().max(0.0) / SQUARE) as u64 + 2;
        Self {
            work: ELEMENT,
            kept: DRAWN + (BAND + 2 * EDGE) * bands,
            passing: 0,
        }
    }

    /// Of a layer as large as the canvas.
    pub(super) fn layer(bounds: Rect) -> Self {
        Self {
            work: (bounds.width() * bounds.height()) as u64,
            ..Self::filled(bounds)
        }
    }
}

/// As much of an outline as decides what it costs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outline {
    /// At least its length: that of the lines between all points, also those beside a curve.
    length: f64,
    lines: u64,
    bounds: Rect,
}

impl Outline {
    pub(super) fn of(path: &BezPath) -> Self {
        let (mut length, mut lines) = (0.0, 0);
        let mut last = Point::ZERO;
        for element in path.elements() {
            lines += 1;
            let through = match *element {
                PathEl::MoveTo(to) => {
                    last = to;
                    continue;
                }
                PathEl::LineTo(to) => [to, to, to],
                PathEl::QuadTo(by, to) => [by, to, to],
                PathEl::CurveTo(by, and, to) => [by, and, to],
                PathEl::ClosePath => continue,
            };
            for to in through {
                length += (to - last).hypot();
                last = to;
            }
        }
        let bounds = path.control_box();
        // A closing line is not longer than all others.
        Self {
            length: 2.0 * length,
            lines,
            bounds,
        }
    }

    /// Where it is on the canvas, with lines of this width around it.
    pub(super) fn shown(&self, transform: Affine, width: f64) -> Rect {
        transform.transform_rect_bbox(self.bounds.inflate(width, width))
    }

    /// The cost of filling it.
    pub(super) fn filled(&self, transform: Affine, canvas: Rect) -> PaintCost {
        self.cost(
            self.shown(transform, 0.0),
            canvas,
            scale(transform),
            self.lines,
            FILLED,
        )
    }

    /// The cost of drawing along it: both sides, and each dash by itself.
    pub(super) fn stroked(
        &self,
        transform: Affine,
        stroke: &StrokeProps,
        canvas: Rect,
    ) -> PaintCost {
        let dashes: f64 = stroke.dash_array.iter().copied().map(f64::from).sum();
        let dashed = match stroke.dash_array.len() {
            0 => 0.0,
            count => self.length / dashes.abs().max(f64::MIN_POSITIVE) * count as f64,
        };
        let lines = self.lines.saturating_add(dashed as u64);
        // Corners can be as far from the line as their limit allows.
        let reach = f64::from(stroke.line_width) * f64::from(stroke.miter_limit.max(1.5));
        let shown = self.shown(transform, reach / 2.0);
        let mut cost = self.cost(shown, canvas, 2.0 * scale(transform), lines, STROKED);
        cost.passing = lines.saturating_mul(LINE);
        cost
    }

    fn cost(&self, shown: Rect, canvas: Rect, scale: f64, lines: u64, line: u64) -> PaintCost {
        let work = lines.saturating_mul(line);
        if !shown.overlaps(canvas) {
            return PaintCost {
                work: work + ELEMENT,
                kept: DRAWN,
                passing: lines.saturating_mul(LINE),
            };
        }
        let shown = shown.intersect(canvas);
        let around = (canvas.width() + canvas.height()) / SQUARE * lines as f64;
        let squares = (self.length * scale / SQUARE).min(around) as u64;
        let squares = squares.saturating_add(lines.saturating_mul(2));
        let filled = PaintCost::filled(shown);
        let pixels = (shown.width().ceil() * shown.height().ceil()) as u64;
        PaintCost {
            work: work.saturating_add(pixels).saturating_add(ELEMENT),
            kept: filled.kept.saturating_add(squares.saturating_mul(EDGE)),
            passing: lines.saturating_mul(LINE),
        }
    }
}

/// How many pixels a unit becomes at most.
fn scale(transform: Affine) -> f64 {
    let (across, down) = x_y_advances(&transform);
    across.length().max(down.length())
}
