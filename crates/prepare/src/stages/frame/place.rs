//! Where the square lies: pure arithmetic on rectangles of the upright picture.

use crate::Rect;
use crate::framing::{Gravity, Mask};
use crate::stages::frame::circle::Point;
use crate::stages::frame::content::{Content, Extent};
use crate::stages::frame::faces;

/// A square inside a region, moved along its longer side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slide {
    region: Rect,
}

impl Slide {
    /// The largest squares of `region`.
    pub(crate) fn of(region: Rect) -> Self {
        Self { region }
    }

    /// Edge of the square.
    pub(crate) fn edge(self) -> u32 {
        self.region.width.min(self.region.height)
    }

    fn is_wide(self) -> bool {
        self.region.width > self.region.height
    }

    /// By how much the square can be moved.
    pub(crate) fn spare(self) -> u32 {
        self.region.width.max(self.region.height) - self.edge()
    }

    /// The square `at` pixels from the start; at the end beyond it.
    pub(crate) fn square(self, at: u32) -> Rect {
        let at = at.min(self.spare());
        let Rect { x, y, .. } = self.region;
        let (x, y) = if self.is_wide() {
            (x + at, y)
        } else {
            (x, y + at)
        };
        Rect {
            x,
            y,
            width: self.edge(),
            height: self.edge(),
        }
    }

    /// In the middle. An odd spare pixel is left on the right or at the bottom, as in the usual
    /// tools.
    pub(crate) fn centered(self) -> Rect {
        self.square(self.spare() / 2)
    }

    /// At one side; `None` for what is not a side.
    pub(crate) fn aligned(self, gravity: Gravity) -> Option<Rect> {
        let at = match (gravity, self.is_wide()) {
            (Gravity::Left, true) | (Gravity::Top, false) => 0,
            (Gravity::Right, true) | (Gravity::Bottom, false) => self.spare(),
            // The other direction has no room: the picture is that tall or that wide already.
            (Gravity::Left | Gravity::Right, false) | (Gravity::Top | Gravity::Bottom, true) => {
                self.spare() / 2
            }
            (Gravity::Face | Gravity::Subject | Gravity::Center, _) => return None,
        };
        Some(self.square(at))
    }

    /// With a point as close as possible to the middle of the square.
    pub(crate) fn around(self, focus: Point) -> Rect {
        let half = f64::from(self.edge()) / 2.0;
        let start = if self.is_wide() {
            focus.x - f64::from(self.region.x)
        } else {
            focus.y - f64::from(self.region.y)
        };
        self.square((start - half).round().clamp(0.0, f64::from(self.spare())) as u32)
    }

    /// With the faces in the middle of the mask, as [`faces::place`] chooses.
    pub(crate) fn with_faces(self, boxes: &[Extent], mask: Mask) -> Option<Rect> {
        let Rect { x, y, .. } = self.region;
        // First along the direction in which the square moves, then across it.
        let along = |extent: &Extent| {
            let (left, right) = (extent.left - f64::from(x), extent.right - f64::from(x));
            let (top, bottom) = (extent.top - f64::from(y), extent.bottom - f64::from(y));
            let grown = top - (bottom - top) * faces::BROW;
            if self.is_wide() {
                faces::Target {
                    along: [left, right],
                    across: [grown, bottom],
                    across_box: [top, bottom],
                    along_box: [left, right],
                    height: bottom - top,
                }
            } else {
                faces::Target {
                    along: [grown, bottom],
                    across: [left, right],
                    across_box: [left, right],
                    along_box: [top, bottom],
                    height: bottom - top,
                }
            }
        };
        let targets: Vec<faces::Target> = boxes.iter().map(along).collect();
        let at = faces::place(
            &targets,
            f64::from(self.edge()),
            f64::from(self.spare()),
            mask,
        )?;
        Some(self.square(at))
    }
}

/// Content that is placed inside the mask.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Contained {
    /// Edge of the square.
    pub(crate) edge: u32,
    /// The part of the picture that shows.
    pub(crate) crop: Rect,
    /// Where that part lies in the square.
    pub(crate) placed: Rect,
    /// Result pixels per source pixel.
    pub(crate) scale: f64,
    /// Whether the content is smaller than the mask allows.
    pub(crate) is_small: bool,
}

/// The constraints for containing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// Largest and smallest edge of the square.
    pub(crate) edge: u32,
    pub(crate) min_edge: u32,
    /// Free space between content and mask, as a share of the edge.
    pub(crate) margin: f64,
    pub(crate) mask: Mask,
    /// Most result pixels per source pixel.
    pub(crate) most: f64,
}

/// Scales the content so that its circle (or box) and the margin fit the square, and centres this.
/// If that would enlarge the content more than `most` allows, the square becomes smaller instead.
pub(crate) fn contain(region: Rect, content: &Content, room: &Room) -> Contained {
    let (size, center) = match room.mask {
        Mask::Circle => (2.0 * content.circle.radius, content.circle.center),
        Mask::Square => (
            content.extent.width().max(content.extent.height()),
            content.extent.center(),
        ),
    };
    let size = size.max(f64::MIN_POSITIVE);
    let free = 1.0 - 2.0 * room.margin;
    let needed = (size * room.most / free).ceil().min(f64::from(room.edge)) as u32;
    let edge = needed.max(room.min_edge.min(room.edge)).max(1);
    let wanted = f64::from(edge) * free / size;
    let scale = wanted.min(room.most);
    let (left, width, x, placed_width) = window((region.x, region.width), center.x, scale, edge);
    let (top, height, y, placed_height) = window((region.y, region.height), center.y, scale, edge);
    Contained {
        edge,
        crop: Rect {
            x: left,
            y: top,
            width,
            height,
        },
        placed: Rect {
            x,
            y,
            width: placed_width,
            height: placed_height,
        },
        scale,
        // A difference of one pixel is rounding.
        is_small: scale * (size + 1.0) < f64::from(edge) * free - 1.0,
    }
}

/// On one axis: start and length of what shows of `(start, length)`, and where it lies in the
/// square, when `center` comes to its middle.
fn window((start, length): (u32, u32), center: f64, scale: f64, edge: u32) -> (u32, u32, u32, u32) {
    let half = f64::from(edge) / 2.0;
    let (low, high) = (f64::from(start), f64::from(start) + f64::from(length));
    // Whole source pixels that lie in the square; at least the one at its middle.
    let first = (center - half / scale - 1e-6).ceil().clamp(low, high - 1.0);
    let last = (center + half / scale + 1e-6)
        .floor()
        .clamp(first + 1.0, high);
    let to_square = |place: f64| half + (place - center) * scale;
    let most = f64::from(edge);
    let mut begin = to_square(first).round().clamp(0.0, most - 1.0);
    let mut end = to_square(last).round().clamp(begin + 1.0, most);
    // A gap of one cut pixel at the edge of the square is not padding, because the picture
    // continues there.
    if first > low && to_square(first) <= scale + 1e-6 {
        begin = 0.0;
    }
    if last < high && most - to_square(last) <= scale + 1e-6 {
        end = most;
    }
    (
        first as u32,
        (last - first) as u32,
        begin as u32,
        (end - begin) as u32,
    )
}
