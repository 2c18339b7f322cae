//! Shapes as signed distance functions: negative inside, positive outside, in canvas units.

use super::ink::length;

/// A distance function and the box outside which it is surely positive.
pub(crate) struct Shape<D> {
    /// Left, top, right, bottom.
    pub(crate) bounds: [f32; 4],
    pub(crate) distance: D,
}

const EVERYWHERE: [f32; 4] = [f32::MIN, f32::MIN, f32::MAX, f32::MAX];

/// The whole canvas.
pub(crate) fn everything() -> Shape<impl Fn(f32, f32) -> f32> {
    Shape {
        bounds: EVERYWHERE,
        distance: |_, _| -1e6,
    }
}

/// Everything under a skyline.
pub(crate) fn under(skyline: impl Fn(f32) -> f32) -> Shape<impl Fn(f32, f32) -> f32> {
    Shape {
        bounds: EVERYWHERE,
        distance: move |x: f32, y: f32| (skyline(x) - y) * 0.8,
    }
}

pub(crate) fn circle(cx: f32, cy: f32, radius: f32) -> Shape<impl Fn(f32, f32) -> f32> {
    Shape {
        bounds: [cx - radius, cy - radius, cx + radius, cy + radius],
        distance: move |x: f32, y: f32| length(x - cx, y - cy) - radius,
    }
}

pub(crate) fn ring(cx: f32, cy: f32, radius: f32, stroke: f32) -> Shape<impl Fn(f32, f32) -> f32> {
    let reach = radius + stroke;
    Shape {
        bounds: [cx - reach, cy - reach, cx + reach, cy + reach],
        distance: move |x: f32, y: f32| (length(x - cx, y - cy) - radius).abs() - stroke / 2.0,
    }
}

pub(crate) fn ellipse(cx: f32, cy: f32, rx: f32, ry: f32) -> Shape<impl Fn(f32, f32) -> f32> {
    Shape {
        bounds: [cx - rx, cy - ry, cx + rx, cy + ry],
        distance: move |x: f32, y: f32| {
            let (px, py) = ((x - cx) / rx, (y - cy) / ry);
            let near = length(px, py);
            near * (near - 1.0) / length(px / rx, py / ry).max(1e-6)
        },
    }
}

/// An upright rectangle by its edges, with rounded corners.
pub(crate) fn block(edges: [f32; 4], round: f32) -> Shape<impl Fn(f32, f32) -> f32> {
    let [left, top, right, bottom] = edges;
    let (cx, cy) = ((left + right) / 2.0, (top + bottom) / 2.0);
    let (hx, hy) = ((right - left) / 2.0 - round, (bottom - top) / 2.0 - round);
    Shape {
        bounds: edges,
        distance: move |x: f32, y: f32| {
            let (dx, dy) = ((x - cx).abs() - hx, (y - cy).abs() - hy);
            length(dx.max(0.0), dy.max(0.0)) + dx.max(dy).min(0.0) - round
        },
    }
}

/// A line with round ends.
pub(crate) fn stroke(
    from: (f32, f32),
    to: (f32, f32),
    width: f32,
) -> Shape<impl Fn(f32, f32) -> f32> {
    let reach = width / 2.0;
    Shape {
        bounds: [
            from.0.min(to.0) - reach,
            from.1.min(to.1) - reach,
            from.0.max(to.0) + reach,
            from.1.max(to.1) + reach,
        ],
        distance: move |x: f32, y: f32| to_segment((x, y), from, to) - reach,
    }
}

/// A closed polygon.
pub(crate) fn polygon<const N: usize>(corners: [(f32, f32); N]) -> Shape<impl Fn(f32, f32) -> f32> {
    let bounds = corners
        .iter()
        .fold([f32::MAX, f32::MAX, f32::MIN, f32::MIN], |b, &(x, y)| {
            [b[0].min(x), b[1].min(y), b[2].max(x), b[3].max(y)]
        });
    Shape {
        bounds,
        distance: move |x: f32, y: f32| to_polygon((x, y), &corners),
    }
}

impl<D: Fn(f32, f32) -> f32> Shape<D> {
    /// What both have in common.
    pub(crate) fn and<E: Fn(f32, f32) -> f32>(
        self,
        other: Shape<E>,
    ) -> Shape<impl Fn(f32, f32) -> f32> {
        let (a, b) = (self.distance, other.distance);
        Shape {
            bounds: self.bounds,
            distance: move |x: f32, y: f32| a(x, y).max(b(x, y)),
        }
    }

    /// This without the other.
    pub(crate) fn minus<E: Fn(f32, f32) -> f32>(
        self,
        other: Shape<E>,
    ) -> Shape<impl Fn(f32, f32) -> f32> {
        let (a, b) = (self.distance, other.distance);
        Shape {
            bounds: self.bounds,
            distance: move |x: f32, y: f32| a(x, y).max(-b(x, y)),
        }
    }
}

fn to_segment(point: (f32, f32), from: (f32, f32), to: (f32, f32)) -> f32 {
    let (px, py) = (point.0 - from.0, point.1 - from.1);
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let along = ((px * dx + py * dy) / (dx * dx + dy * dy).max(1e-9)).clamp(0.0, 1.0);
    length(px - dx * along, py - dy * along)
}

fn to_polygon(point: (f32, f32), corners: &[(f32, f32)]) -> f32 {
    let mut nearest = f32::MAX;
    let mut inside = false;
    let mut previous = corners[corners.len() - 1];
    for &corner in corners {
        nearest = nearest.min(to_segment(point, previous, corner));
        let crosses = (corner.1 > point.1) != (previous.1 > point.1);
        let slope = (previous.0 - corner.0) / (previous.1 - corner.1);
        if crosses && point.0 < slope * (point.1 - corner.1) + corner.0 {
            inside = !inside;
        }
        previous = corner;
    }
    if inside { -nearest } else { nearest }
}
