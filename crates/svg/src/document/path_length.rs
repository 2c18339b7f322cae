//! Supports `pathLength`, which the renderer does not: the author states the length of a path, and
//! the lengths of dashes refer to it.

use kurbo::{BezPath, Circle, Ellipse, Line, RoundedRect, Shape};
use roxmltree::Node;

use crate::style::{Quantity, Viewport};

/// Accuracy of measured lengths, in units of the drawing.
const EXACTNESS: f64 = 0.01;

/// Units of the drawing for each unit of `pathLength`; `None` if the attribute is missing or
/// unusable.
pub(super) fn scale(
    node: Node<'_, '_>,
    value: &dyn Fn(&str) -> Option<String>,
    viewport: Viewport,
) -> Option<f64> {
    let named: f64 = node.attribute("pathLength")?.trim().parse().ok()?;
    let length = length(node, value, viewport)?;
    let is_usable = named > 0.0 && length > 0.0 && named.is_finite() && length.is_finite();
    is_usable.then(|| length / named)
}

/// The length of the outline of a basic shape or path.
fn length(
    node: Node<'_, '_>,
    value: &dyn Fn(&str) -> Option<String>,
    viewport: Viewport,
) -> Option<f64> {
    let diagonal = (viewport.units_wide.hypot(viewport.units_high)) / std::f64::consts::SQRT_2;
    let number = |name: &str| {
        let full = match name {
            "x" | "cx" | "width" | "rx" | "x1" | "x2" => viewport.units_wide,
            "y" | "cy" | "height" | "ry" | "y1" | "y2" => viewport.units_high,
            _ => diagonal,
        };
        value(name).and_then(|text| Some(Quantity::parse(&text, viewport)?.pixels(full)))
    };
    let or_zero = |name: &str| number(name).unwrap_or(0.0);
    Some(match node.tag_name().name() {
        "path" => BezPath::from_svg(&value("d")?).ok()?.perimeter(EXACTNESS),
        "circle" => Circle::new((0.0, 0.0), number("r")?).perimeter(EXACTNESS),
        "ellipse" => {
            let radii = (
                number("rx").or(number("ry"))?,
                number("ry").or(number("rx"))?,
            );
            Ellipse::new((0.0, 0.0), radii, 0.0).perimeter(EXACTNESS)
        }
        "line" => {
            let (from, to) = (
                (or_zero("x1"), or_zero("y1")),
                (or_zero("x2"), or_zero("y2")),
            );
            Line::new(from, to).perimeter(EXACTNESS)
        }
        "rect" => {
            let (width, height) = (number("width")?, number("height")?);
            let (rx, ry) = (number("rx").or(number("ry")), number("ry").or(number("rx")));
            match (rx.unwrap_or(0.0), ry.unwrap_or(0.0)) {
                (rx, ry) if rx == ry => {
                    RoundedRect::new(0.0, 0.0, width, height, rx.min(width.min(height) / 2.0))
                        .perimeter(EXACTNESS)
                }
                // Four quarters of an ellipse, and the straight lines between them.
                (rx, ry) => {
                    let (rx, ry) = (rx.min(width / 2.0), ry.min(height / 2.0));
                    let round = Ellipse::new((0.0, 0.0), (rx, ry), 0.0).perimeter(EXACTNESS);
                    round + 2.0 * (width - 2.0 * rx) + 2.0 * (height - 2.0 * ry)
                }
            }
        }
        "polyline" => BezPath::from_svg(&format!("M{}", value("points")?))
            .ok()?
            .perimeter(EXACTNESS),
        "polygon" => BezPath::from_svg(&format!("M{}Z", value("points")?))
            .ok()?
            .perimeter(EXACTNESS),
        _ => return None,
    })
}

/// Converts the lengths of dashes to units of the drawing.
pub(super) fn scaled(dashes: &str, scale: f64, viewport: Viewport) -> Option<String> {
    let lengths = dashes
        .split([',', ' ', '\t', '\n', '\r'])
        .filter(|part| !part.is_empty())
        .map(|part| {
            let pixels = Quantity::parse(part, viewport)?.pixels(viewport.units_wide);
            Some((pixels * scale).to_string())
        });
    Some(lengths.collect::<Option<Vec<_>>>()?.join(" "))
}
