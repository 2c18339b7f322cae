//! Converts basic shapes of `clip-path` (CSS Shapes 1, section 3) to paths. The renderer only reads
//! links to `clipPath` elements.

use kurbo::{BezPath, Circle, Ellipse, Point, Rect, RoundedRect, RoundedRectRadii, Shape};
use roxmltree::Node;

use super::view_box;
use crate::style::{Quantity, Viewport, commas, function, unquote, words};

/// Accuracy of curves, in units of the drawing.
const EXACTNESS: f64 = 0.001;

/// A path, in coordinates of the element that it clips.
pub(super) struct Clip {
    pub(super) data: String,
    pub(super) rule: &'static str,
}

/// What the reference box of an element is made from.
pub(super) struct Clipped<'n> {
    pub(super) node: Node<'n, 'n>,
    /// Values of properties and attributes of the element.
    pub(super) value: &'n dyn Fn(&str) -> Option<String>,
    /// The width of its stroke; 0 without one.
    pub(super) stroke: f64,
    pub(super) viewport: Viewport,
}

/// The clip of a value; `None` if it is not understood, or its reference box is not known.
pub(super) fn clip(value: &str, clipped: &Clipped<'_>) -> Option<Clip> {
    let (mut shape, mut around) = (None, None);
    for word in words(value) {
        match function(word) {
            Some(found) if shape.is_none() => shape = Some(found),
            None if around.is_none() => around = Some(word.to_ascii_lowercase()),
            _ => return None,
        }
    }
    let (name, inside) = shape?;
    let around = clipped.reference(around.as_deref().unwrap_or("border-box"))?;
    let name = name.to_ascii_lowercase();
    let (rule, inside) = match name.as_str() {
        "polygon" | "path" => rule(inside),
        _ => ("nonzero", inside),
    };
    let lengths = Lengths {
        around,
        viewport: clipped.viewport,
    };
    let data = match name.as_str() {
        "inset" => lengths.inset(inside)?,
        "circle" => lengths.circle(inside)?,
        "ellipse" => lengths.ellipse(inside)?,
        "polygon" => lengths.polygon(inside)?,
        "path" => {
            let mut path = BezPath::from_svg(unquote(inside)).ok()?;
            path.apply_affine(kurbo::Affine::translate(around.origin().to_vec2()));
            path.to_svg()
        }
        _ => return None,
    };
    Some(Clip { data, rule })
}

/// The point of `transform-origin` in the reference box of `transform-box`.
pub(super) fn origin(around: &str, origin: &str, clipped: &Clipped<'_>) -> Option<(f64, f64)> {
    let lengths = Lengths {
        around: clipped.reference(around)?,
        viewport: clipped.viewport,
    };
    // A third length would be depth.
    let place: Vec<&str> = words(origin).take(2).collect();
    let point = lengths.point(&place)?;
    Some((point.x, point.y))
}

/// The fill rule before the first comma, and what follows.
fn rule(inside: &str) -> (&'static str, &str) {
    let split = inside.split_once(',');
    let named = |name: &str| split.filter(|(first, _)| first.trim().eq_ignore_ascii_case(name));
    match (named("evenodd"), named("nonzero")) {
        (Some((_, rest)), _) => ("evenodd", rest),
        (_, Some((_, rest))) => ("nonzero", rest),
        _ => ("nonzero", inside),
    }
}

impl Clipped<'_> {
    /// The reference box of this name (CSS Masking 1, section 5.1). Drawings have no boxes of CSS,
    /// so these stand for the fill or the stroke.
    fn reference(&self, name: &str) -> Option<Rect> {
        let found = match name {
            "view-box" => self.view_box()?,
            "fill-box" | "content-box" | "padding-box" => self.bounds()?,
            "stroke-box" | "border-box" | "margin-box" => {
                let is_simple = matches!(
                    self.node.tag_name().name(),
                    "rect" | "circle" | "ellipse" | "image"
                );
                let half = self.stroke / 2.0;
                // Corners and ends of other shapes reach further than half the width.
                self.bounds()
                    .filter(|_| is_simple || half == 0.0)?
                    .inflate(half, half)
            }
            _ => return None,
        };
        (found.width() > 0.0 && found.height() > 0.0).then_some(found)
    }

    /// The view box of the drawing; `None` inside another one.
    fn view_box(&self) -> Option<Rect> {
        let mut around = self
            .node
            .ancestors()
            .filter(|node| node.tag_name().name() == "svg");
        let root = around.next().filter(|_| around.next().is_none())?;
        let Some(text) = root.attribute("viewBox") else {
            return Some(Rect::new(
                0.0,
                0.0,
                self.viewport.units_wide,
                self.viewport.units_high,
            ));
        };
        let [x, y, width, height] = view_box::parse(text)?;
        Some(Rect::from_origin_size((x, y), (width, height)))
    }

    /// The bounding box of a shape without its stroke.
    fn bounds(&self) -> Option<Rect> {
        let number = |name: &str| {
            let full = match name {
                "x" | "cx" | "width" | "rx" => self.viewport.units_wide,
                "y" | "cy" | "height" | "ry" => self.viewport.units_high,
                _ => diagonal(self.viewport.units_wide, self.viewport.units_high),
            };
            let text = (self.value)(name)?;
            Some(Quantity::parse(&text, self.viewport)?.pixels(full))
        };
        let or_zero = |name: &str| number(name).unwrap_or(0.0);
        let center = || Point::new(or_zero("cx"), or_zero("cy"));
        let around = |path: String| Some(BezPath::from_svg(&path).ok()?.bounding_box());
        match self.node.tag_name().name() {
            "rect" | "image" => {
                let size = (number("width")?, number("height")?);
                Some(Rect::from_origin_size((or_zero("x"), or_zero("y")), size))
            }
            "circle" => Some(Circle::new(center(), number("r")?).bounding_box()),
            "ellipse" => {
                let radii = (
                    number("rx").or(number("ry"))?,
                    number("ry").or(number("rx"))?,
                );
                Some(Ellipse::new(center(), radii, 0.0).bounding_box())
            }
            "path" => around((self.value)("d")?),
            "polygon" | "polyline" => around(format!("M{}", (self.value)("points")?)),
            _ => None,
        }
    }
}

/// Full length for values that are neither across nor down.
fn diagonal(width: f64, height: f64) -> f64 {
    width.hypot(height) / std::f64::consts::SQRT_2
}

/// Lengths in a reference box.
struct Lengths {
    around: Rect,
    viewport: Viewport,
}

impl Lengths {
    fn pixels(&self, text: &str, full: f64) -> Option<f64> {
        Some(Quantity::parse(text, self.viewport)?.pixels(full))
    }

    fn inset(&self, inside: &str) -> Option<String> {
        let mut parts = inside.splitn(2, "round");
        let edges: Vec<&str> = words(parts.next()?).collect();
        let (width, height) = (self.around.width(), self.around.height());
        let [top, right, bottom, left] = sides(&edges)?;
        let rect = Rect::new(
            self.around.x0 + self.pixels(left, width)?,
            self.around.y0 + self.pixels(top, height)?,
            self.around.x1 - self.pixels(right, width)?,
            self.around.y1 - self.pixels(bottom, height)?,
        );
        if rect.width() <= 0.0 || rect.height() <= 0.0 {
            // It leaves nothing visible.
            return Some("M0 0Z".into());
        }
        let Some(radii) = parts.next() else {
            return Some(rect.to_path(EXACTNESS).to_svg());
        };
        // Radii in percent or of two lengths are those of ellipses.
        if radii.contains(['/', '%']) {
            return None;
        }
        let radii: Vec<&str> = words(radii).collect();
        let [a, b, c, d] = sides(&radii)?.map(|radius| self.pixels(radius, 0.0));
        let radii = RoundedRectRadii::new(a?, b?, c?, d?);
        Some(
            RoundedRect::from_rect(rect, radii)
                .to_path(EXACTNESS)
                .to_svg(),
        )
    }

    fn circle(&self, inside: &str) -> Option<String> {
        let (radius, center) = self.placed(inside)?;
        let (near, far) = self.distances(center);
        let radius = match radius.as_slice() {
            [] | ["closest-side"] => near.0.min(near.1),
            ["farthest-side"] => far.0.max(far.1),
            [one] => self.pixels(one, diagonal(self.around.width(), self.around.height()))?,
            _ => return None,
        };
        let circle = Circle::new(center, radius);
        (radius >= 0.0).then(|| circle.to_path(EXACTNESS).to_svg())
    }

    fn ellipse(&self, inside: &str) -> Option<String> {
        let (radii, center) = self.placed(inside)?;
        let (near, far) = self.distances(center);
        let radius = |text: &str, full: f64, near: f64, far: f64| match text {
            "closest-side" => Some(near),
            "farthest-side" => Some(far),
            text => self.pixels(text, full),
        };
        let (across, down) = match radii.as_slice() {
            [] => near,
            [across, down] => (
                radius(across, self.around.width(), near.0, far.0)?,
                radius(down, self.around.height(), near.1, far.1)?,
            ),
            _ => return None,
        };
        let ellipse = Ellipse::new(center, (across, down), 0.0);
        (across >= 0.0 && down >= 0.0).then(|| ellipse.to_path(EXACTNESS).to_svg())
    }

    /// The radii, and the point after `at`.
    fn placed<'t>(&self, inside: &'t str) -> Option<(Vec<&'t str>, Point)> {
        let all: Vec<&str> = words(inside).collect();
        let at = all.iter().position(|word| word.eq_ignore_ascii_case("at"));
        let (radii, place) = match at {
            Some(at) => (all.get(..at)?, all.get(at + 1..)?),
            None => (&all[..], &["50%", "50%"][..]),
        };
        Some((radii.to_vec(), self.point(place)?))
    }

    /// A position of one or two words.
    fn point(&self, place: &[&str]) -> Option<Point> {
        let (x, y) = match *place {
            [y @ ("top" | "bottom")] => ("center", y),
            [x] => (x, "center"),
            [y @ ("top" | "bottom"), x] | [x, y] => (x, y),
            _ => return None,
        };
        let along = |text: &str, start: f64, full: f64| {
            Some(
                start
                    + match text {
                        "left" | "top" => 0.0,
                        "center" => full / 2.0,
                        "right" | "bottom" => full,
                        text => self.pixels(text, full)?,
                    },
            )
        };
        let x = along(x, self.around.x0, self.around.width())?;
        let y = along(y, self.around.y0, self.around.height())?;
        Some(Point::new(x, y))
    }

    /// Distances to the nearer and to the farther side, each across and down.
    fn distances(&self, from: Point) -> ((f64, f64), (f64, f64)) {
        let across = [from.x - self.around.x0, self.around.x1 - from.x].map(f64::abs);
        let down = [from.y - self.around.y0, self.around.y1 - from.y].map(f64::abs);
        let near = (across[0].min(across[1]), down[0].min(down[1]));
        let far = (across[0].max(across[1]), down[0].max(down[1]));
        (near, far)
    }

    fn polygon(&self, inside: &str) -> Option<String> {
        let mut path = BezPath::new();
        for (index, corner) in commas(inside).enumerate() {
            let pair: Vec<&str> = words(corner).collect();
            let &[x, y] = pair.as_slice() else {
                return None;
            };
            let x = self.around.x0 + self.pixels(x, self.around.width())?;
            let y = self.around.y0 + self.pixels(y, self.around.height())?;
            match index {
                0 => path.move_to((x, y)),
                _ => path.line_to((x, y)),
            }
        }
        path.close_path();
        Some(path.to_svg())
    }
}

/// One to four values for top, right, bottom and left, as in CSS.
fn sides<'t>(values: &[&'t str]) -> Option<[&'t str; 4]> {
    Some(match *values {
        [all] => [all; 4],
        [down, across] => [down, across, down, across],
        [top, across, bottom] => [top, across, bottom, across],
        [top, right, bottom, left] => [top, right, bottom, left],
        _ => return None,
    })
}
