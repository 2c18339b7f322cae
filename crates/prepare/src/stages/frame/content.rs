//! The place of the content of a picture: its box, and the smallest circle around it.

use super::circle::{Circle, Point, smallest_circle};
use super::graphic::{CONTENT, Verdict, is_visible, transparent};
use super::look::Look;

/// A rectangle with fractions: left, top, right, bottom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Extent {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

impl Extent {
    pub(crate) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(crate) fn height(&self) -> f64 {
        self.bottom - self.top
    }

    pub(crate) fn center(&self) -> Point {
        Point {
            x: (self.left + self.right) / 2.0,
            y: (self.top + self.bottom) / 2.0,
        }
    }

    fn corners(&self) -> [Point; 4] {
        let point = |x, y| Point { x, y };
        [
            point(self.left, self.top),
            point(self.right, self.top),
            point(self.right, self.bottom),
            point(self.left, self.bottom),
        ]
    }
}

/// Box and circle around the content, in pixels of the look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Content {
    pub(crate) extent: Extent,
    pub(crate) circle: Circle,
}

impl Content {
    /// Content that is the whole picture of this size.
    pub(crate) fn whole(width: f64, height: f64) -> Self {
        let extent = Extent {
            left: 0.0,
            top: 0.0,
            right: width,
            bottom: height,
        };
        Self {
            extent,
            circle: smallest_circle(&extent.corners()),
        }
    }

    /// The content of a look: what is visible, or what differs from an even border. The whole look
    /// if it has neither transparency nor an even border.
    pub(crate) fn of(look: &Look, verdict: &Verdict) -> Self {
        let mask: Vec<bool> = if transparent(look) > 0.0 {
            look.pixels()
                .iter()
                .map(|&pixel| is_visible(pixel))
                .collect()
        } else if verdict.evidence.is_some() {
            verdict.surface.before(look, &look.over_white(), CONTENT)
        } else {
            Vec::new()
        };
        Self::of_mask(&mask, look.width(), look.height())
            .unwrap_or_else(|| Self::whole(look.width() as f64, look.height() as f64))
    }

    /// The content around the pixels that are set and have a neighbour that is set; `None` if there
    /// are none.
    fn of_mask(mask: &[bool], width: usize, height: usize) -> Option<Self> {
        let is_set =
            |x: usize, y: usize| x < width && mask.get(y * width + x).copied().unwrap_or(false);
        let has_company = |x: usize, y: usize| {
            let columns = x.saturating_sub(1)..=x + 1;
            let rows = y.saturating_sub(1)..=y + 1;
            let all = rows.flat_map(|y| columns.clone().map(move |x| (x, y)));
            all.filter(|&(x, y)| is_set(x, y)).count() > 1
        };
        let counts =
            |x: &usize, y: usize| is_set(*x, y) && (has_company(*x, y) || width.min(height) < 3);
        let mut corners = Vec::new();
        for y in 0..height {
            let first = (0..width).find(|x| counts(x, y));
            let last = (0..width).rev().find(|x| counts(x, y));
            if let (Some(first), Some(last)) = (first, last) {
                let row = Extent {
                    left: first as f64,
                    top: y as f64,
                    right: (last + 1) as f64,
                    bottom: (y + 1) as f64,
                };
                corners.extend(row.corners());
            }
        }
        let all = |pick: fn(&Point) -> f64| corners.iter().map(pick);
        let extent = Extent {
            left: all(|p| p.x).min_by(f64::total_cmp)?,
            top: all(|p| p.y).min_by(f64::total_cmp)?,
            right: all(|p| p.x).max_by(f64::total_cmp)?,
            bottom: all(|p| p.y).max_by(f64::total_cmp)?,
        };
        let circle = smallest_circle(&corners);
        Some(Self { extent, circle })
    }

    /// The same in other units, moved by `(x, y)` afterwards.
    pub(crate) fn scaled(&self, (x_scale, y_scale): (f64, f64), (x, y): (f64, f64)) -> Self {
        let Extent {
            left,
            top,
            right,
            bottom,
        } = self.extent;
        Self {
            extent: Extent {
                left: left * x_scale + x,
                top: top * y_scale + y,
                right: right * x_scale + x,
                bottom: bottom * y_scale + y,
            },
            circle: Circle {
                center: Point {
                    x: self.circle.center.x * x_scale + x,
                    y: self.circle.center.y * y_scale + y,
                },
                radius: self.circle.radius * x_scale.max(y_scale),
            },
        }
    }
}
