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
/// Most references that lead from one to the next. They are followed by recursion, here and by the renderer.
const DEEPEST: u32 = 200;

/// Elements of which whoever refers to them gets a copy.
const COPIED: [&str; 5] = ["clipPath", "filter", "marker", "mask", "pattern"];
/// Attributes that also hold for everything within their element.
pub(super) const INHERITED: [&str; 7] = [
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

/// Refuses a drawing that becomes too large; otherwise the number of its elements and letters, with all copies.
pub(super) fn check(document: &Document<'_>) -> Result<u64, LimitExceeded> {
    let sizes = sizes(document);
    let found = Count::new(document, sizes.clone(), sizes).of(document.root(), 0);
    match found > MOST {
        true => Err(LimitExceeded {
            limit: Limit::WorkOf("number of elements and letters, with all copies"),
            found,
            allowed: MOST,
        }),
        false => Ok(found),
    }
}

/// The sum of what each node counts itself, by its place in the document, with everything that it refers to.
pub(super) fn with_copies(document: &Document<'_>, own: Vec<u64>) -> u64 {
    Count::new(document, sizes(document), within(document, own)).of(document.root(), 0)
}

/// The nodes of a document that can be referred to.
pub(super) fn by_id(document: &Document<'_>) -> HashMap<String, NodeId> {
    let with_id = |node: Node<'_, '_>| Some((node.attribute("id")?.to_string(), node.id()));
    document.descendants().filter_map(with_id).collect()
}

struct Count<'a, 'input> {
    document: &'a Document<'input>,
    ids: HashMap<String, NodeId>,
    /// Elements and letters within each node and itself, by its place in the document.
    sizes: Vec<u64>,
    /// What is counted, within each node and itself.
    counted: Vec<u64>,
    /// What is referred to, once it is counted. While it is counted it is 0, because the renderer leaves
    /// out what contains itself.
    known: HashMap<NodeId, u64>,
}

impl<'a, 'input> Count<'a, 'input> {
    fn new(document: &'a Document<'input>, sizes: Vec<u64>, counted: Vec<u64>) -> Self {
        Self {
            document,
            ids: by_id(document),
            sizes,
            counted,
            known: HashMap::new(),
        }
    }

    /// The count of a node with everything that it refers to.
    fn of(&mut self, node: Node<'a, 'input>, depth: u32) -> u64 {
        let own = self.counted.get(node.id().get_usize());
        let mut all = own.copied().unwrap_or(1);
        for element in node.descendants() {
            for attribute in element.attributes() {
                let copies = self.copies(element, attribute.name(), attribute.value(), depth);
                all = all.saturating_add(copies);
            }
        }
        all
    }

    fn size(&self, node: Node<'a, 'input>) -> u64 {
        self.sizes.get(node.id().get_usize()).copied().unwrap_or(1)
    }

    /// The same of what an attribute of an element refers to.
    fn copies(&mut self, element: Node<'a, 'input>, name: &str, value: &str, depth: u32) -> u64 {
        let mut copies = 0_u64;
        for id in references(element, name, value) {
            copies = copies.saturating_add(self.copy(id, name == "href", depth));
        }
        if copies == 0 {
            return 0;
        }
        copies.saturating_mul(match name {
            "marker" | "marker-mid" => self.size(element).saturating_add(points(element)),
            _ if INHERITED.contains(&name) => self.size(element),
            _ => 1,
        })
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
        let Some(target) = target.filter(|node| is_use || is_copied(*node)) else {
            return 0;
        };
        if depth >= DEEPEST {
            return u64::MAX;
        }
        self.known.insert(id, 0);
        let count = self.of(target, depth + 1);
        self.known.insert(id, count);
        count
    }
}

/// Elements and letters within each node and itself.
fn sizes(document: &Document<'_>) -> Vec<u64> {
    let own = |node: Node<'_, '_>| if node.is_text() { letters(node) } else { 1 };
    within(document, document.descendants().map(own).collect())
}

/// The sum of what each node counts itself and all within it. Nodes are numbered in the order of the text, so each
/// comes after the one that it is in.
fn within(document: &Document<'_>, mut sizes: Vec<u64>) -> Vec<u64> {
    for node in document.descendants().rev() {
        let size = sizes.get(node.id().get_usize()).copied().unwrap_or(0);
        let above = node.parent().map(|parent| parent.id().get_usize());
        if let Some(sum) = above.and_then(|above| sizes.get_mut(above)) {
            *sum = sum.saturating_add(size);
        }
    }
    sizes
}

/// Letters of a text that is drawn.
pub(super) fn letters(node: Node<'_, '_>) -> u64 {
    const DRAWN: [&str; 4] = ["a", "text", "textPath", "tspan"];
    let is_drawn = |parent: Node<'_, '_>| DRAWN.contains(&parent.tag_name().name());
    match node.parent_element().is_some_and(is_drawn) {
        true => node.text().unwrap_or_default().len() as u64,
        false => 0,
    }
}

/// Whether whoever refers to an element, other than by `use`, gets a copy of it.
pub(super) fn is_copied(node: Node<'_, '_>) -> bool {
    COPIED.contains(&node.tag_name().name())
}

/// Ids that an attribute refers to.
pub(super) fn references<'v>(
    node: Node<'_, '_>,
    name: &str,
    value: &'v str,
) -> impl Iterator<Item = &'v str> {
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
