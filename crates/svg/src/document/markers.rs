//! Places markers on paths with arcs. The renderer splits an arc into several curves and sets a
//! marker between them; therefore the markers are set on a second path in which each arc is a
//! single curve.

use kurbo::{Arc, Point, SvgArc, Vec2};
use svgtypes::{PathParser, PathSegment};

/// The path with one curve in place of each arc, with the same tangents at both ends; `None` if it
/// has no arcs or cannot be read.
pub(super) fn with_single_curves(data: &str) -> Option<String> {
    if !data.contains(['a', 'A']) {
        return None;
    }
    let mut pen = Pen::default();
    for segment in PathParser::from(data) {
        // Browsers draw a path up to its first error.
        let Ok(segment) = segment else { break };
        pen.draw(segment);
    }
    pen.has_arcs.then_some(pen.made)
}

#[derive(Default)]
struct Pen {
    at: Point,
    start: Point,
    /// The second control point of the last cubic curve, and the control point of the last
    /// quadratic one.
    cubic: Option<Point>,
    quadratic: Option<Point>,
    has_arcs: bool,
    made: String,
}

impl Pen {
    /// Appends the segment in absolute coordinates.
    fn draw(&mut self, segment: PathSegment) {
        let from = self.at;
        let (cubic, quadratic) = (self.cubic.take(), self.quadratic.take());
        let place = |abs: bool, x: f64, y: f64| match abs {
            true => Point::new(x, y),
            false => from + Vec2::new(x, y),
        };
        let mirrored = |control: Option<Point>| control.map_or(from, |c| from + (from - c));
        match segment {
            PathSegment::MoveTo { abs, x, y } => {
                self.start = place(abs, x, y);
                self.write("M", &[self.start]);
            }
            PathSegment::LineTo { abs, x, y } => self.write("L", &[place(abs, x, y)]),
            PathSegment::HorizontalLineTo { abs, x } => {
                let y = if abs { from.y } else { 0.0 };
                self.write("L", &[place(abs, x, y)]);
            }
            PathSegment::VerticalLineTo { abs, y } => {
                let x = if abs { from.x } else { 0.0 };
                self.write("L", &[place(abs, x, y)]);
            }
            PathSegment::CurveTo {
                abs,
                x1,
                y1,
                x2,
                y2,
                x,
                y,
            } => self.curve(place(abs, x1, y1), place(abs, x2, y2), place(abs, x, y)),
            PathSegment::SmoothCurveTo { abs, x2, y2, x, y } => {
                self.curve(mirrored(cubic), place(abs, x2, y2), place(abs, x, y));
            }
            PathSegment::Quadratic { abs, x1, y1, x, y } => {
                self.bend(place(abs, x1, y1), place(abs, x, y));
            }
            PathSegment::SmoothQuadratic { abs, x, y } => {
                self.bend(mirrored(quadratic), place(abs, x, y));
            }
            PathSegment::EllipticalArc {
                abs,
                rx,
                ry,
                x_axis_rotation,
                large_arc,
                sweep,
                x,
                y,
            } => self.arc(&SvgArc {
                from,
                to: place(abs, x, y),
                radii: Vec2::new(rx, ry),
                x_rotation: x_axis_rotation.to_radians(),
                large_arc,
                sweep,
            }),
            PathSegment::ClosePath { .. } => {
                self.made.push('Z');
                self.at = self.start;
            }
        }
    }

    fn curve(&mut self, first: Point, second: Point, to: Point) {
        self.write("C", &[first, second, to]);
        self.cubic = Some(second);
    }

    fn bend(&mut self, control: Point, to: Point) {
        self.write("Q", &[control, to]);
        self.quadratic = Some(control);
    }

    fn arc(&mut self, arc: &SvgArc) {
        self.has_arcs = true;
        let Some(round) = Arc::from_svg_arc(arc) else {
            self.write("L", &[arc.to]);
            return;
        };
        let third = round.sweep_angle / 3.0;
        let first = arc.from + tangent(&round, round.start_angle) * third;
        let second = arc.to - tangent(&round, round.start_angle + round.sweep_angle) * third;
        self.write("C", &[first, second, arc.to]);
    }

    fn write(&mut self, command: &str, points: &[Point]) {
        use std::fmt::Write;
        self.made.push_str(command);
        for point in points {
            // Writing to a `String` cannot fail.
            let _ = write!(self.made, "{} {} ", point.x, point.y);
        }
        self.at = points.last().copied().unwrap_or(self.at);
    }
}

/// The derivative of a point on the ellipse by its angle.
fn tangent(arc: &Arc, angle: f64) -> Vec2 {
    let along = Vec2::new(-arc.radii.x * angle.sin(), arc.radii.y * angle.cos());
    let (sin, cos) = arc.x_rotation.sin_cos();
    Vec2::new(cos * along.x - sin * along.y, sin * along.x + cos * along.y)
}
