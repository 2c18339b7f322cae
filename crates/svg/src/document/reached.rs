//! Finds definitions that browsers take for missing, because they build no box for them: those that are hidden, or within
//! an element that is hidden or has no box. The renderer finds every element that has an id.
//!
//! That is what Chromium does. SVG 2 (section 5.3) lets hidden definitions have an effect.

use std::collections::{HashMap, HashSet};

use roxmltree::{Node, NodeId};

use super::conditions;
use super::names::SVG;
use crate::style::Inherited;

/// Whether `display` of an element is `none`, and what its children inherit, from what it inherits.
pub(super) type Style<'s, 'd, 'input> =
    &'s mut dyn FnMut(Node<'d, 'input>, &Inherited) -> (bool, Inherited);

/// Those of the wanted elements that browsers do not reach by a link.
pub(super) fn unreached<'d, 'input: 'd>(
    wanted: impl Iterator<Item = Node<'d, 'input>>,
    style: Style<'_, 'd, 'input>,
) -> HashSet<NodeId> {
    let mut known: HashMap<NodeId, (bool, Inherited)> = HashMap::new();
    let mut unreached = HashSet::new();
    for node in wanted {
        let above = node.ancestors().filter(Node::is_element);
        let mut path: Vec<_> = above
            .take_while(|above| !known.contains_key(&above.id()))
            .collect();
        while let Some(next) = path.pop() {
            let parent = next.parent_element();
            let parent = parent.and_then(|parent| known.get(&parent.id()));
            let (is_built, inherited) = match parent {
                Some((is_built, inherited)) => (*is_built, inherited),
                None => (true, &Inherited::root()),
            };
            let (is_hidden, inherited) = style(next, inherited);
            let is_built = is_built && (!is_hidden || has_always_a_box(next)) && may_have_box(next);
            known.insert(next.id(), (is_built, inherited));
        }
        let is_built = known.get(&node.id()).is_some_and(|(is_built, _)| *is_built);
        if !is_built {
            unreached.insert(node.id());
        }
    }
    unreached
}

/// Whether the element has a box even if it is hidden.
fn has_always_a_box(node: Node<'_, '_>) -> bool {
    matches!(node.tag_name().name(), "g" | "marker")
}

/// Whether the element is one of SVG, and not a private one of an editor.
fn is_known_element(node: Node<'_, '_>) -> bool {
    matches!(node.tag_name().namespace(), None | Some(SVG))
}

/// Whether the element has a box within its parent, as far as that does not depend on styles.
fn may_have_box(node: Node<'_, '_>) -> bool {
    let is_known = is_known_element(node);
    let Some(parent) = node.parent_element() else {
        return is_known;
    };
    let is_chosen = match parent.tag_name().name() {
        "switch" => {
            let first = parent
                .children()
                .find(|it| it.is_element() && is_known_element(*it) && conditions::are_met(*it));
            first == Some(node)
        }
        "a" | "clipPath" | "defs" | "g" | "marker" | "mask" | "pattern" | "svg" | "symbol" => {
            // Conditions do not count for definitions themselves.
            has_box(node) || conditions::are_met(node)
        }
        _ => false,
    };
    is_known && is_chosen
}

/// Whether browsers build a box for elements of this name, although they are only drawn where others refer to them.
pub(super) fn has_box(node: Node<'_, '_>) -> bool {
    matches!(
        node.tag_name().name(),
        "clipPath" | "linearGradient" | "marker" | "mask" | "pattern" | "radialGradient"
    )
}
