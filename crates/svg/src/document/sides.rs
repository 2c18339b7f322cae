//! Writes the sizes of drawings within the drawing, and of those that a `use` shows, so that the renderer takes those that
//! browsers take.

use roxmltree::Node;

use super::pass::Pass;
use super::view_box;
use crate::style::{Computed, Quantity, Viewport};

/// What decides about a side of the whole drawing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Side {
    /// The other side, and the ratio of the `viewBox`.
    ByRatio,
    /// Nothing, so that it is this long.
    Default(f64),
}

/// What decides about a side of the whole drawing, which has a `viewBox`, if it is not `stated` as a length. One in per
/// cent is a share of nothing, and counts as `auto` (SVG 2, section 7.12; CSS 2.1, section 10.3.2).
pub(super) fn free_side(
    node: Node<'_, '_>,
    name: &str,
    stated: Option<&str>,
    viewport: Viewport,
) -> Option<Side> {
    if node != node.document().root_element() {
        return None;
    }
    let [.., width, height] = view_box::parse(node.attribute("viewBox")?)?;
    let length = stated.and_then(|text| Quantity::parse(text, viewport));
    if width * height == 0.0 || length.is_some_and(|length| length.unit != "%") {
        return None;
    }
    let fit = node.attribute("preserveAspectRatio").unwrap_or_default();
    let is_free = fit.split_whitespace().find(|word| *word != "defer") == Some("none");
    Some(match (is_free, name) {
        (false, _) => Side::ByRatio,
        (true, "width") => Side::Default(DEFAULT.0),
        (true, _) => Side::Default(DEFAULT.1),
    })
}

/// Width and height of a drawing that says nothing of them (CSS 2.1, section 10.3.2).
pub(super) const DEFAULT: (f64, f64) = (300.0, 150.0);

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
    pub(super) fn has_other_size(
        &self,
        node: Node<'_, 'input>,
        computed: &Computed,
        name: &str,
    ) -> bool {
        is_inner(node) && !self.states_size(node, name)
            || self.is_symbol(node)
            || self.free_side(node, computed, name).is_some()
    }

    /// What decides about a side of the whole drawing if its attributes and styles do not state it as a length.
    fn free_side(&self, node: Node<'_, '_>, computed: &Computed, name: &str) -> Option<Side> {
        let stated = computed.text(name).or_else(|| node.attribute(name));
        free_side(node, name, stated, self.sheets.viewport)
    }

    /// Writes the sides that a drawing within the drawing does not state. Without them, the renderer would show what is
    /// outside of it. Of the whole drawing, it writes those that nothing decides about.
    pub(super) fn whole_size(&mut self, node: Node<'_, '_>, computed: &Computed) {
        for name in ["width", "height"] {
            if let Some(Side::Default(side)) = self.free_side(node, computed, name) {
                self.writer.attribute(name, &side.to_string());
            }
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
