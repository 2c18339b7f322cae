//! The smallest circle around points.

/// A point in the plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

/// A circle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Circle {
    pub(crate) center: Point,
    pub(crate) radius: f64,
}

impl Circle {
    /// The circle whose diameter runs between two points.
    pub(crate) fn of_two(a: Point, b: Point) -> Self {
        let center = Point {
            x: (a.x + b.x) / 2.0,
            y: (a.y + b.y) / 2.0,
        };
        Self {
            center,
            radius: distance(center, a).max(distance(center, b)),
        }
    }

    /// The circle through three points; `None` where they lie on a line.
    pub(crate) fn of_three(a: Point, b: Point, c: Point) -> Option<Self> {
        let (bx, by) = (b.x - a.x, b.y - a.y);
        let (cx, cy) = (c.x - a.x, c.y - a.y);
        let double_area = 2.0 * (bx * cy - by * cx);
        if double_area.abs() < 1e-12 {
            return None;
        }
        let (b_square, c_square) = (bx * bx + by * by, cx * cx + cy * cy);
        let center = Point {
            x: a.x + (cy * b_square - by * c_square) / double_area,
            y: a.y + (bx * c_square - cx * b_square) / double_area,
        };
        let radius = distance(center, a)
            .max(distance(center, b))
            .max(distance(center, c));
        Some(Self { center, radius })
    }

    /// How far outside a point lies; below zero inside.
    pub(crate) fn excess(&self, point: Point) -> f64 {
        distance(self.center, point) - self.radius
    }

    fn holds(&self, point: Point) -> bool {
        self.excess(point) <= 1e-9 * (1.0 + self.radius)
    }
}

fn distance(a: Point, b: Point) -> f64 {
    let (x, y) = (a.x - b.x, a.y - b.y);
    (x * x + y * y).sqrt()
}

/// The smallest circle around all points; a circle without size around none. Welzl's algorithm as
/// three loops, over the corners of the convex hull: only these can touch it.
pub(crate) fn smallest_circle(points: &[Point]) -> Circle {
    let hull = convex_hull(points);
    let mut circle = Circle {
        center: hull.first().copied().unwrap_or(Point { x: 0.0, y: 0.0 }),
        radius: 0.0,
    };
    for (i, &a) in hull.iter().enumerate() {
        if circle.holds(a) {
            continue;
        }
        circle = Circle {
            center: a,
            radius: 0.0,
        };
        for (j, &b) in hull.iter().enumerate().take(i) {
            if circle.holds(b) {
                continue;
            }
            circle = Circle::of_two(a, b);
            for &c in hull.iter().take(j) {
                if !circle.holds(c) {
                    circle = Circle::of_three(a, b, c).unwrap_or(circle);
                }
            }
        }
    }
    circle
}

/// The corners of the convex hull, in order (Andrew's monotone chain).
fn convex_hull(points: &[Point]) -> Vec<Point> {
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    sorted.dedup();
    if sorted.len() < 3 {
        return sorted;
    }
    let mut hull = chain(sorted.iter());
    hull.pop();
    hull.extend(chain(sorted.iter().rev()));
    hull.pop();
    hull
}

/// One side of the hull of points that run in one direction.
fn chain<'a>(points: impl Iterator<Item = &'a Point>) -> Vec<Point> {
    let mut chain: Vec<Point> = Vec::new();
    for &point in points {
        while let [.., a, b] = chain[..] {
            if (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) > 0.0 {
                break;
            }
            chain.pop();
        }
        chain.push(point);
    }
    chain
}
