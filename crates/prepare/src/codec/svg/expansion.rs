//! How large a drawing becomes when everything that refers to other parts is drawn with its own copy of
//! them. The renderer makes these copies before it paints, so a few hundred bytes of masks that use masks
//! can take gigabytes.

use std::collections::HashMap;

use roxmltree::{Document, Node, NodeId};

use crate::{Limit, LimitExceeded};

/// Most elements and letters of a drawing, copies included. The renderer has the same limit for the copies
/// that `use` makes, but none for those of masks, clip paths, patterns, markers and filters. A letter takes
/// about as much memory as an element: 10 MB of text took 7.7 GB.
const MOST: u64 = 1_000_000;
/// Most elements within one another, where what an element refers to counts as if it were within it. This and
/// the renderer follow them by recursion. The parser allows 1,024 in the text itself.
const DEEPEST: u32 = 1_100;

/// Elements of which whoever refers to them gets a copy.
const COPIED: [&str; 5] = ["clipPath", "filter", "marker", "mask", "pattern"];
/// Attributes that also hold for everything within their element.
const INHERITED: [&str; 7] = [
    "fill",
    "marker",
    "marker-end",
    "marker-mid",
    "marker-start",
    "stroke",
    "style",
];
/// Bytes of path data for each marker, about: a letter, two short numbers and what separates them.
const BYTES_A_POINT: u64 = 4;

/// Refuses a drawing that becomes too large.
pub(super) fn check(document: &Document<'_>) -> Result<(), LimitExceeded> {
    let with_id = |node: Node<'_, '_>| Some((node.attribute("id")?.to_string(), node.id()));
    let mut count = Count {
        document,
        ids: document.descendants().filter_map(with_id).collect(),
        known: HashMap::new(),
    };
    let found = count.of(document.root(), 0);
    match found > MOST {
        true => Err(LimitExceeded {
            limit: Limit::Work,
            found,
            allowed: MOST,
        }),
        false => Ok(()),
    }
}

struct Count<'a, 'input> {
    document: &'a Document<'input>,
    ids: HashMap<String, NodeId>,
    /// What is referred to, once it is counted. While it is counted it is 0, because the renderer leaves
    /// out what contains itself.
    known: HashMap<NodeId, u64>,
}

impl<'a, 'input> Count<'a, 'input> {
    /// Elements and letters of a node with everything that it refers to.
    fn of(&mut self, node: Node<'a, 'input>, depth: u32) -> u64 {
        if node.is_text() {
            return letters(node);
        }
        if depth >= DEEPEST {
            return u64::MAX;
        }
        let mut within = 1_u64;
        for child in node.children() {
            within = within.saturating_add(self.of(child, depth + 1));
        }
        let mut all = within;
        for attribute in node.attributes() {
            let name = attribute.name();
            let mut copies = 0_u64;
            for id in references(node, name, attribute.value()) {
                copies = copies.saturating_add(self.copy(id, name == "href", depth));
            }
            let times = match name {
                "marker" | "marker-mid" => within.saturating_add(points(node)),
                _ if INHERITED.contains(&name) => within,
                _ => 1,
            };
            all = all.saturating_add(copies.saturating_mul(times));
        }
        all
    }

    /// The same of the element with this id, if a reference to it makes a copy.
    fn copy(&mut self, id: &str, is_use: bool, depth: u32) -> u64 {
        let Some(&id) = self.ids.get(id) else {
            return 0;
        };
        if let Some(&known) = self.known.get(&id) {
            return known;
        }
        let target = self.document.get_node(id);
        let is_copied = |node: &Node<'_, '_>| is_use || COPIED.contains(&node.tag_name().name());
        let Some(target) = target.filter(is_copied) else {
            return 0;
        };
        self.known.insert(id, 0);
        let count = self.of(target, depth + 1);
        self.known.insert(id, count);
        count
    }
}

/// Letters of a text that is drawn.
fn letters(node: Node<'_, '_>) -> u64 {
    const DRAWN: [&str; 4] = ["a", "text", "textPath", "tspan"];
    let is_drawn = |parent: Node<'_, '_>| DRAWN.contains(&parent.tag_name().name());
    match node.parent_element().is_some_and(is_drawn) {
        true => node.text().unwrap_or_default().len() as u64,
        false => 0,
    }
}

/// Ids that an attribute refers to.
fn references<'v>(node: Node<'_, '_>, name: &str, value: &'v str) -> impl Iterator<Item = &'v str> {
    let direct = match (name, node.tag_name().name()) {
        ("href", "use" | "feImage") => value.trim().strip_prefix('#'),
        _ => None,
    };
    let within = value.split("url(").skip(1).filter_map(|rest| {
        let address = rest.split(')').next()?;
        address.trim().trim_matches(['\'', '"']).strip_prefix('#')
    });
    direct.into_iter().chain(within)
}

/// About how many points the path of an element has.
fn points(node: Node<'_, '_>) -> u64 {
    let data = node.attribute("d").or(node.attribute("points"));
    data.unwrap_or_default().len() as u64 / BYTES_A_POINT
}
