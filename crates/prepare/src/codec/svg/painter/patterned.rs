//! Finds the parts of a drawing that are painted with patterns.

use std::collections::HashMap;

use resvg::usvg::filter::Kind;
use resvg::usvg::{Group, ImageKind, Mask, Node, Paint, Tree};

/// Which groups contain something that is painted with a pattern, also in their masks.
#[derive(Default)]
pub(in crate::codec::svg) struct Patterned {
    /// By address.
    groups: HashMap<usize, bool>,
    /// Whether there are filters anywhere.
    pub(super) has_filters: bool,
    /// Whether a pattern is used within a filter. Only the renderer can apply that.
    is_in_filter: bool,
}

impl Patterned {
    pub(in crate::codec::svg) fn of(tree: &Tree) -> Self {
        let mut found = Self::default();
        found.group(tree.root());
        found
    }

    /// Whether a pattern is used within a filter, where it is painted in whole pixels.
    pub(in crate::codec::svg) fn is_in_filter(&self) -> bool {
        self.is_in_filter
    }

    /// Whether something in the group has a pattern and is not within a filter.
    pub(super) fn has(&self, group: &Group) -> bool {
        self.groups.get(&address(group)).copied().unwrap_or(false)
    }

    fn group(&mut self, group: &Group) -> bool {
        if let Some(known) = self.groups.get(&address(group)) {
            return *known;
        }
        let mut has_pattern = false;
        for child in group.children() {
            has_pattern |= self.node(child);
        }
        has_pattern |= group.mask().is_some_and(|mask| self.mask(mask));
        for filter in group.filters() {
            self.has_filters = true;
            self.is_in_filter |= has_pattern;
            has_pattern = false;
            for primitive in filter.primitives() {
                if let Kind::Image(image) = primitive.kind() {
                    self.is_in_filter |= self.group(image.root());
                }
            }
        }
        self.groups.insert(address(group), has_pattern);
        has_pattern
    }

    fn node(&mut self, node: &Node) -> bool {
        match node {
            Node::Group(group) => self.group(group),
            Node::Text(text) => self.group(text.flattened()),
            Node::Image(image) => match image.kind() {
                ImageKind::SVG(tree) => self.group(tree.root()),
                _ => false,
            },
            Node::Path(path) => {
                let fill = path.fill().is_some_and(|fill| self.paint(fill.paint()));
                let stroke = path.stroke().is_some_and(|it| self.paint(it.paint()));
                fill || stroke
            }
        }
    }

    fn paint(&mut self, paint: &Paint) -> bool {
        let Paint::Pattern(pattern) = paint else {
            return false;
        };
        self.group(pattern.root());
        true
    }

    fn mask(&mut self, mask: &Mask) -> bool {
        let own = self.group(mask.root());
        mask.mask().is_some_and(|mask| self.mask(mask)) || own
    }
}

fn address(group: &Group) -> usize {
    std::ptr::from_ref(group).addr()
}
