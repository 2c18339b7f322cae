//! Gradients and patterns that take what they do not say themselves from others, which they name as templates (SVG 2,
//! section 14.2.2): what they are in the end, as browsers find it.

use roxmltree::Node;

use super::targets::Targets;
use super::view_box;
use crate::style::Matrix;

/// Most templates that are followed. Real ones have one or two.
const MOST: usize = 100;

/// Whether others can be painted with it.
pub(super) fn is_server(node: Node<'_, '_>) -> bool {
    is_gradient(node) || is_pattern(node)
}

fn is_gradient(node: Node<'_, '_>) -> bool {
    matches!(node.tag_name().name(), "linearGradient" | "radialGradient")
}

fn is_pattern(node: Node<'_, '_>) -> bool {
    node.tag_name().name() == "pattern"
}

/// The transform that a gradient or pattern states itself. None counts as stated if it changes nothing.
pub(super) fn transform(node: Node<'_, '_>, targets: &Targets<'_>) -> Option<Matrix> {
    let stated = targets.transform_of(node).or_else(|| {
        let name = match is_pattern(node) {
            true => "patternTransform",
            false => "gradientTransform",
        };
        Matrix::parse_attribute(node.attribute(name)?)
    });
    stated.filter(|matrix| *matrix != Matrix::IDENTITY)
}

/// Whether a gradient or pattern cannot paint anything, so that browsers take the fallback: its transform leaves no area,
/// or its `viewBox` has none.
pub(super) fn is_void(node: Node<'_, '_>, targets: &Targets<'_>) -> bool {
    if !is_server(node) {
        return false;
    }
    let mut transforms = chain(node, targets).filter_map(|it| transform(it, targets));
    if transforms.next().is_some_and(Matrix::is_flat) {
        return true;
    }
    let boxes = chain(node, targets).filter_map(|it| it.attribute("viewBox"));
    let mut valid = boxes.filter(|text| view_box::parse(text).is_some());
    is_pattern(node) && valid.next().is_some_and(view_box::is_empty)
}

/// Whether a gradient has no stops, so that browsers paint nothing with it.
pub(super) fn lacks_stops(node: Node<'_, '_>, targets: &Targets<'_>) -> bool {
    is_gradient(node) && !chain(node, targets).any(|it| targets.stops(it) > 0)
}

/// Whether a gradient has one stop. Browsers still paint with it only what has an area.
pub(super) fn has_one_stop(node: Node<'_, '_>, targets: &Targets<'_>) -> bool {
    is_gradient(node) && targets.stops(node) == 1
}

/// Whether a pattern has elements, but none that is drawn: browsers paint nothing with it, and take neither those of its
/// template nor the fallback.
pub(super) fn draws_nothing(node: Node<'_, '_>) -> bool {
    let is_drawn = |it: Node<'_, '_>| {
        matches!(
            it.tag_name().name(),
            "circle"
                | "ellipse"
                | "foreignObject"
                | "image"
                | "line"
                | "path"
                | "polygon"
                | "polyline"
                | "rect"
                | "text"
                | "use"
        )
    };
    let has_elements = node.children().any(|child| child.is_element());
    is_pattern(node) && has_elements && !node.descendants().any(is_drawn)
}

/// A gradient or pattern, its template, the template of that, and so on.
fn chain<'d, 'input>(
    node: Node<'d, 'input>,
    targets: &Targets<'_>,
) -> impl Iterator<Item = Node<'d, 'input>> {
    let next = move |it: &Node<'d, 'input>| {
        let template = targets.shown_by(*it)?;
        let is_alike =
            is_gradient(*it) && is_gradient(template) || is_pattern(*it) && is_pattern(template);
        (is_alike && !targets.misses(template)).then_some(template)
    };
    // One that names itself, over others or not, would be followed without end.
    std::iter::successors(Some(node), next).take(MOST)
}
