//! Finds elements for which browsers draw nothing, but the renderer would draw something.

use roxmltree::Node;

use super::sized::has_empty_box;
use super::targets::Targets;
use crate::style::Matrix;

/// Whether the element has no effect in browsers: a gradient or pattern whose transform leaves no
/// area, a pattern or marker whose `viewBox` has none, or a `use` in a `clipPath` that does not show a shape directly.
pub(super) fn is_void(node: Node<'_, '_>, targets: &Targets<'_>) -> bool {
    match node.tag_name().name() {
        "linearGradient" | "radialGradient" => is_flat(node, "gradientTransform"),
        "pattern" => is_flat(node, "patternTransform") || has_empty_box(node),
        "marker" => has_empty_box(node),
        "use" => {
            let parent = node.parent_element();
            parent.is_some_and(|parent| parent.tag_name().name() == "clipPath")
                && !shows_shape(node, targets)
        }
        _ => false,
    }
}

fn is_flat(node: Node<'_, '_>, attribute: &str) -> bool {
    let matrix = node.attribute(attribute).and_then(Matrix::parse_attribute);
    matrix.is_some_and(Matrix::is_flat)
}

fn shows_shape(node: Node<'_, '_>, targets: &Targets<'_>) -> bool {
    targets.shown_by(node).is_some_and(|target| {
        matches!(
            target.tag_name().name(),
            "path" | "rect" | "circle" | "ellipse" | "line" | "polyline" | "polygon" | "text"
        )
    })
}
