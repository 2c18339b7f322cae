//! Finds drawings within the drawing that show nothing because of their size (SVG 2, sections 8.2 and 8.5). The renderer
//! would take another size.

use roxmltree::Node;

use super::targets::Targets;
use super::view_box;
use crate::style::{Quantity, Viewport};

/// Whether an element is a drawing of its own within the drawing, or shows one, that has no area. `overflows` says of such
/// a drawing whether what is outside of it is drawn.
pub(super) fn is_empty<'d, 'input>(
    node: Node<'d, 'input>,
    targets: &Targets<'_>,
    viewport: Viewport,
    overflows: impl FnOnce(Node<'d, 'input>) -> bool,
) -> bool {
    let is_root = node == node.document().root_element();
    let drawing = match node.tag_name().name() {
        "svg" if !is_root => Some(node),
        "use" => targets.shown_by(node),
        _ => None,
    };
    let is_drawing = |it: &Node<'_, '_>| matches!(it.tag_name().name(), "svg" | "symbol");
    drawing.filter(is_drawing).is_some_and(|drawing| {
        has_empty_box(drawing) || has_no_size(drawing, node, viewport) && !overflows(drawing)
    })
}

/// Whether it is a drawing of which a `use` can state another size.
pub(super) fn is_sized(node: Node<'_, '_>) -> bool {
    node.tag_name().name() == "svg" && !has_empty_box(node)
}

/// Whether nothing of a drawing is shown because its `viewBox` has no area.
pub(super) fn is_nothing(root: Node<'_, '_>) -> bool {
    has_empty_box(root)
}

/// Whether its `viewBox` has no area.
fn has_empty_box(node: Node<'_, '_>) -> bool {
    node.attribute("viewBox").is_some_and(view_box::is_empty)
}

/// Whether a side of a drawing is nothing or less. `sized` is the element that says how large it is, if it does.
fn has_no_size(drawing: Node<'_, '_>, sized: Node<'_, '_>, viewport: Viewport) -> bool {
    let mut sides = ["width", "height"].into_iter().filter_map(|name| {
        let length = |text: &str| Some(Quantity::parse(text, viewport)?.pixels(1.0));
        match sized.attribute(name).filter(|_| sized != drawing) {
            // What is not understood is nothing, unlike below.
            Some(stated) => Some(length(stated).unwrap_or(0.0)),
            None => length(drawing.attribute(name)?),
        }
    });
    sides.any(|side| side <= 0.0)
}
