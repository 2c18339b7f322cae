//! Finds elements for which browsers draw nothing, but the renderer would draw something.

use roxmltree::Node;

use super::targets::Targets;
use super::view_box;

/// Whether the element has no effect in browsers: a marker whose `viewBox` has no area, or a `use` in a `clipPath` that
/// does not show a shape directly.
pub(super) fn is_void(node: Node<'_, '_>, targets: &Targets<'_>) -> bool {
    match node.tag_name().name() {
        "marker" => node.attribute("viewBox").is_some_and(view_box::is_empty),
        "use" => {
            let parent = node.parent_element();
            parent.is_some_and(|parent| parent.tag_name().name() == "clipPath")
                && !shows_shape(node, targets)
        }
        _ => false,
    }
}

fn shows_shape(node: Node<'_, '_>, targets: &Targets<'_>) -> bool {
    targets.shown_by(node).is_some_and(|target| {
        matches!(
            target.tag_name().name(),
            "path" | "rect" | "circle" | "ellipse" | "line" | "polyline" | "polygon" | "text"
        )
    })
}
