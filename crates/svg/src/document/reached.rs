//! Finds definitions that browsers take for missing, because they build no box for them: those that are hidden, or within
//! an element that is hidden or has no box. The renderer finds every element that has an id.
//!
//! That is what Chromium does. SVG 2 (section 5.3) lets hidden definitions have an effect.

use std::collections::HashMap;

use roxmltree::{Node, NodeId};

use super::conditions;
use super::names::SVG;
use crate::style::Inherited;

/// What is needed of the style of an element: whether its `display` is `none`, and what its children inherit, from what it
/// inherits.
pub(super) type Style<'s, 'd, 'input> =
    &'s mut dyn FnMut(Node<'d, 'input>, &Inherited) -> (bool, Inherited);

/// What browsers know of an element.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    /// Whether it has a box.
    pub(super) is_built: bool,
    /// Whether what is in it has a style: nothing has one within what is hidden.
    pub(super) has_styles: bool,
}

/// The state of each of the wanted elements.
pub(super) fn states<'d, 'input: 'd>(
    wanted: impl Iterator<Item = Node<'d, 'input>>,
    style: Style<'_, 'd, 'input>,
) -> HashMap<NodeId, State> {
    let mut known: HashMap<NodeId, (State, Inherited)> = HashMap::new();
    let mut states = HashMap::new();
    // Asked once, however many children a `switch` has.
    let mut chosen: HashMap<NodeId, Option<NodeId>> = HashMap::new();
    let mut is_chosen = |switch: Node<'_, '_>, child: Node<'_, '_>| {
        let of = || conditions::chosen(switch, false).map(|found| found.id());
        *chosen.entry(switch.id()).or_insert_with(of) == Some(child.id())
    };
    for node in wanted {
        let above = node.ancestors().filter(Node::is_element);
        let mut path: Vec<_> = above
            .take_while(|above| !known.contains_key(&above.id()))
            .collect();
        while let Some(next) = path.pop() {
            let parent = next.parent_element();
            let parent = parent.and_then(|parent| known.get(&parent.id()));
            let (is_built, has_styles, inherited) = match parent {
                Some((state, inherited)) => (state.is_built, state.has_styles, inherited),
                None => (true, true, &Inherited::root()),
            };
            let (is_hidden, inherited) = style(next, inherited);
            let is_visible = !is_hidden || has_always_a_box(next);
            let state = State {
                is_built: is_built && is_visible && may_have_box(next, &mut is_chosen),
                has_styles: has_styles && is_visible && can_be_drawn(next),
            };
            known.insert(next.id(), (state, inherited));
        }
        if let Some((state, _)) = known.get(&node.id()) {
            states.insert(node.id(), *state);
        }
    }
    states
}

/// Whether the element has a box even if it is hidden.
fn has_always_a_box(node: Node<'_, '_>) -> bool {
    matches!(node.tag_name().name(), "g" | "marker")
}

/// Whether the element is one of SVG, and not a private one of an editor.
fn is_known_element(node: Node<'_, '_>) -> bool {
    matches!(node.tag_name().namespace(), None | Some(SVG))
}

/// Whether elements of this name are drawn, or are parts of what is. Browsers give no style to what is within others.
fn can_be_drawn(node: Node<'_, '_>) -> bool {
    let name = node.tag_name().name();
    let is_shape = matches!(
        name,
        "circle" | "ellipse" | "image" | "line" | "path" | "polygon" | "polyline" | "rect"
    );
    let is_text = matches!(name, "a" | "foreignObject" | "text" | "textPath" | "tspan");
    let is_group = matches!(name, "defs" | "g" | "stop" | "svg" | "switch" | "symbol");
    let is_part = has_box(node) || name == "filter" || name.starts_with("fe");
    is_known_element(node) && (is_shape || is_text || is_group || is_part)
}

/// Whether the renderer reads a definition where it is, and it is not left out with an element around it.
pub(super) fn is_read(node: Node<'_, '_>) -> bool {
    let is_usual = |it: Node<'_, '_>| {
        let name = it.tag_name().name();
        is_known_element(it)
            && matches!(
                name,
                "svg" | "defs" | "g" | "symbol" | "mask" | "clipPath" | "pattern" | "marker"
            )
    };
    let mut around = node.ancestors().skip(1).filter(Node::is_element);
    around.all(is_usual)
}

/// Whether the element has a box within its parent, as far as that does not depend on styles.
fn may_have_box(
    node: Node<'_, '_>,
    mut is_chosen: impl FnMut(Node<'_, '_>, Node<'_, '_>) -> bool,
) -> bool {
    let is_known = is_known_element(node);
    let Some(parent) = node.parent_element() else {
        return is_known;
    };
    let has_place = match parent.tag_name().name() {
        "switch" => is_chosen(parent, node),
        "a" | "clipPath" | "defs" | "g" | "marker" | "mask" | "pattern" | "svg" | "symbol" => {
            // Conditions do not count for definitions themselves.
            has_box(node) || conditions::are_met(node)
        }
        // Other elements have no box in these.
        "linearGradient" | "radialGradient" => is_paint_server(node),
        _ => false,
    };
    is_known && has_place
}

fn is_paint_server(node: Node<'_, '_>) -> bool {
    matches!(
        node.tag_name().name(),
        "linearGradient" | "radialGradient" | "pattern"
    )
}

/// Whether browsers build a box for elements of this name, although they are only drawn where others refer to them.
pub(super) fn has_box(node: Node<'_, '_>) -> bool {
    matches!(
        node.tag_name().name(),
        "clipPath" | "linearGradient" | "marker" | "mask" | "pattern" | "radialGradient"
    )
}
