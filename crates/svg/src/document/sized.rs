//! Finds drawings within the drawing that show nothing because of their size (SVG 2, sections 8.2 and 8.5). The renderer
//! would take another size.

use roxmltree::Node;

use super::targets::Targets;
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

/// Whether its `viewBox` has no area.
pub(super) fn has_empty_box(node: Node<'_, '_>) -> bool {
    let numbers = node.attribute("viewBox").map(|text| {
        let parts = text.split(|c: char| c == ',' || c.is_ascii_whitespace());
        let parts = parts.filter(|part| !part.is_empty());
        parts.map(str::parse).collect::<Result<Vec<f64>, _>>()
    });
    let Some(Ok(numbers)) = numbers else {
        return false;
    };
    // Browsers ignore one that is less than nothing.
    matches!(numbers.as_slice(), [_, _, width, height]
        if *width >= 0.0 && *height >= 0.0 && width * height == 0.0)
}

/// Whether a side of a drawing is nothing or less. `sized` is the element that says how large it is, if it does.
fn has_no_size(drawing: Node<'_, '_>, sized: Node<'_, '_>, viewport: Viewport) -> bool {
    let mut sides = ["width", "height"].into_iter().filter_map(|name| {
        let stated = sized.attribute(name).filter(|side| *side != "auto");
        let side = Quantity::parse(stated.or_else(|| drawing.attribute(name))?, viewport)?;
        Some(side.pixels(1.0))
    });
    sides.any(|side| side <= 0.0)
}
