//! Writes the sizes of drawings within the drawing, and of those that a `use` shows, so that the renderer takes those that
//! browsers take.

use roxmltree::Node;

use super::pass::Pass;
use crate::style::Quantity;

impl<'input> Pass<'_, 'input> {
    /// The size that a `symbol` gives itself, where the `use` that shows it gives none (SVG 2, section 5.6).
    pub(super) fn size_of_symbol(&mut self, node: Node<'_, '_>) -> Vec<(&'static str, String)> {
        let Some(symbol) = self.symbol(node) else {
            return Vec::new();
        };
        let viewport = self.sheets.viewport;
        let mut sizes = Vec::new();
        for (name, full) in [
            ("width", viewport.units_wide),
            ("height", viewport.units_high),
        ] {
            let stated = node.attribute(name).or_else(|| symbol.attribute(name));
            let Some(size) = stated.and_then(|text| Quantity::parse(text, viewport)) else {
                continue;
            };
            // The renderer would take a part of this part.
            let is_outer = |it: Node<'_, '_>| is_inner(it) || it.tag_name().name() == "symbol";
            if size.unit == "%" && node.ancestors().any(is_outer) {
                self.losses.effects.insert("size of a symbol in percent");
            }
            sizes.push((
                name,
                match size.unit {
                    "%" => (size.number / 100.0 * full).to_string(),
                    _ => size.text(),
                },
            ));
        }
        sizes
    }

    /// The `symbol` that a `use` shows.
    fn symbol<'n>(&self, node: Node<'n, 'input>) -> Option<Node<'n, 'input>> {
        let is_use = node.tag_name().name() == "use";
        let shown = is_use.then(|| self.targets.shown_by(node)).flatten();
        shown.filter(|it| it.tag_name().name() == "symbol")
    }

    pub(super) fn is_symbol(&self, node: Node<'_, 'input>) -> bool {
        self.symbol(node).is_some()
    }

    /// Whether a drawing within the drawing states this side of itself.
    fn states_size(&self, node: Node<'_, '_>, name: &str) -> bool {
        let side = node.attribute(name);
        side.is_some_and(|side| Quantity::parse(side, self.sheets.viewport).is_some())
    }

    /// Whether a side of an element is not written as it is stated: `size_of_symbol` and `whole_size` write it.
    pub(super) fn has_other_size(&self, node: Node<'_, 'input>, name: &str) -> bool {
        is_inner(node) && !self.states_size(node, name) || self.is_symbol(node)
    }

    /// Writes the sides that a drawing within the drawing does not state. Without them, the renderer would show what is
    /// outside of it.
    pub(super) fn whole_size(&mut self, node: Node<'_, '_>) {
        for name in ["width", "height"] {
            if is_inner(node) && !self.states_size(node, name) {
                self.writer.attribute(name, "100%");
            }
        }
    }
}

/// Whether it is a drawing within the drawing.
fn is_inner(node: Node<'_, '_>) -> bool {
    node.tag_name().name() == "svg" && node != node.document().root_element()
}
