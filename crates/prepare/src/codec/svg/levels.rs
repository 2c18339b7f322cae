//! How deep the elements of a drawing are within one another, with the copies of what they refer to. The renderer
//! follows them by recursion, and a stack that is too short ends the process.

use std::collections::HashMap;

use roxmltree::{Document, Node, NodeId};

use super::expansion::{INHERITED, by_id, is_copied, references};
use crate::{Limit, LimitExceeded};

/// Most elements within one another, copies and embedded drawings included. 600 take all of a stack of 2 MB, which
/// threads have by default. Readers of XML often have the same limit.
pub(super) const MOST: u32 = 256;

/// The levels of a drawing; at most `allowed`.
pub(super) fn check(document: &Document<'_>, allowed: u32) -> Result<u32, LimitExceeded> {
    let mut levels = Levels::new(document);
    let plain = levels.height(document.root_element()).saturating_add(1);
    let found = match plain > allowed {
        true => plain,
        false => levels.within(document.root_element(), 0),
    };
    if found > allowed {
        return Err(LimitExceeded {
            limit: Limit::WorkOf(
                "number of elements within one another, with all copies and drawings,",
            ),
            found: u64::from(MOST - allowed) + u64::from(found.min(MOST + 1)),
            allowed: u64::from(MOST),
        });
    }
    Ok(found)
}

struct Levels<'a, 'input> {
    document: &'a Document<'input>,
    ids: HashMap<String, NodeId>,
    /// Levels above each node, and below it, by its place in the document.
    above: Vec<u32>,
    below: Vec<u32>,
    /// Levels of what is referred to, once they are known. Until then they are 0, because the renderer leaves out
    /// what contains itself.
    known: HashMap<NodeId, u32>,
}

impl<'a, 'input> Levels<'a, 'input> {
    fn new(document: &'a Document<'input>) -> Self {
        let mut above: Vec<u32> = Vec::new();
        // Nodes are numbered in the order of the text, so each comes after the one that it is in.
        for node in document.descendants() {
            let outer = node
                .parent()
                .and_then(|parent| above.get(parent.id().get_usize()));
            above.push(outer.map_or(0, |outer| outer.saturating_add(1)));
        }
        let mut below = vec![0_u32; above.len()];
        for node in document.descendants().rev() {
            let height = below.get(node.id().get_usize()).copied().unwrap_or(0);
            let outer = node.parent().map(|parent| parent.id().get_usize());
            if let Some(most) = outer.and_then(|outer| below.get_mut(outer)) {
                *most = (*most).max(height.saturating_add(1));
            }
        }
        Self {
            document,
            ids: by_id(document),
            above,
            below,
            known: HashMap::new(),
        }
    }

    fn height(&self, node: Node<'_, '_>) -> u32 {
        self.below.get(node.id().get_usize()).copied().unwrap_or(0)
    }

    /// The levels of an element and what is within it. `outer` are those of what refers to it.
    fn within(&mut self, top: Node<'a, 'input>, outer: u32) -> u32 {
        let place = |levels: &Self, node: Node<'_, '_>| {
            levels
                .above
                .get(node.id().get_usize())
                .copied()
                .unwrap_or(0)
        };
        let start = place(self, top);
        let mut most = self.height(top).saturating_add(1);
        for element in top.descendants().filter(Node::is_element) {
            let depth = place(self, element).saturating_sub(start) + 1;
            for attribute in element.attributes() {
                let inherited = INHERITED.contains(&attribute.name());
                let depth = depth + if inherited { self.height(element) } else { 0 };
                for id in references(element, attribute.name(), attribute.value()) {
                    let copy = self.copy(id, attribute.name() == "href", outer + depth);
                    most = most.max(depth.saturating_add(copy));
                }
            }
        }
        most
    }

    /// The levels of the element with this id, if a reference to it makes a copy.
    fn copy(&mut self, id: &str, is_use: bool, outer: u32) -> u32 {
        let Some(&id) = self.ids.get(id) else {
            return 0;
        };
        if let Some(&known) = self.known.get(&id) {
            return known;
        }
        let target = self.document.get_node(id);
        let Some(target) = target.filter(|node| is_use || is_copied(*node)) else {
            return 0;
        };
        if outer > MOST {
            return MOST;
        }
        self.known.insert(id, 0);
        let levels = self.within(target, outer);
        self.known.insert(id, levels);
        levels
    }
}
