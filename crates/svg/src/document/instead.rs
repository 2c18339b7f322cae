//! Writes what makes the renderer draw what browsers draw where it reads elements otherwise: in a `switch`, in gradients and
//! patterns that paint nothing, and in filters that are hidden or in other elements.

use roxmltree::Node;

use super::pass::{Pass, Place};
use super::{conditions, templates};
use crate::Error;
use crate::style::{Computed, Inherited};

impl<'a, 'input> Pass<'a, 'input> {
    /// Whether it is a part of a filter that browsers leave out, because they need its style and it has none where it is
    /// hidden.
    pub(super) fn lacks_style(&self, node: Node<'_, '_>, computed: &Computed) -> bool {
        let needs_style = matches!(
            node.tag_name().name(),
            "feFlood" | "feDropShadow" | "feDiffuseLighting" | "feSpecularLighting"
        );
        let state = node
            .parent_element()
            .and_then(|filter| self.targets.filter_state(filter));
        let is_hidden = || computed.text("display") == Some("none");
        needs_style && state.is_some_and(|state| !state.has_styles || is_hidden())
    }

    /// Writes what is not to be seen into a gradient without stops, and into a pattern that draws nothing: with others,
    /// the renderer would take the fallback or the content of a template.
    pub(super) fn write_nothing(&mut self, node: Node<'_, '_>) {
        if templates::lacks_stops(node, self.targets) {
            for offset in ["0", "1"] {
                self.writer.start("stop");
                self.writer.attribute("offset", offset);
                self.writer.attribute("stop-opacity", "0");
                self.writer.end("stop");
            }
        } else if templates::draws_nothing(node) {
            self.writer.start("path");
            self.writer.attribute("d", "M0 0H1V1Z");
            self.writer.attribute("fill", "black");
            self.writer.attribute("fill-opacity", "0");
            self.writer.end("path");
        }
    }

    /// Writes the filters that are in elements which are not written, or whose content the renderer does not read.
    pub(super) fn write_filters(
        &mut self,
        root: Node<'a, 'input>,
        depth: u32,
    ) -> Result<(), Error> {
        for node in root.descendants() {
            let is_left =
                self.targets.filter_state(node).is_some() && !self.written.contains(&node.id());
            if is_left {
                self.writer.start("defs");
                self.element(node, &Inherited::root(), depth, Place::Lifted)?;
                self.writer.end("defs");
            }
        }
        Ok(())
    }

    /// Writes the children of a `switch`, and its end. The renderer draws the first child that it finds, which is the one
    /// that browsers draw, or an empty group; the others can still be referred to.
    pub(super) fn switch(
        &mut self,
        node: Node<'a, 'input>,
        inherited: &Inherited,
        depth: u32,
        place: Place,
    ) -> Result<(), Error> {
        let is_in = |name: &str| node.ancestors().any(|it| it.tag_name().name() == name);
        let is_copy = is_in("defs") || is_in("symbol");
        let chosen = conditions::chosen(node, is_copy);
        let is_used = node.ancestors().any(|it| self.targets.is_linked(it));
        if !is_copy && is_used && conditions::chosen(node, true) != chosen {
            self.losses.effects.insert("switch within a use");
        }
        let before = self.writer.len();
        let drawn = chosen.filter(|it| conditions::can_have_any(*it));
        if let Some(drawn) = drawn {
            self.element(drawn, inherited, depth, place)?;
        }
        // Instead of HTML the next is drawn, with a note.
        let is_html = drawn.is_some_and(|it| it.tag_name().name() == "foreignObject");
        if self.writer.len() == before && !is_html {
            self.writer.start("g");
            self.writer.end("g");
        }
        let hidden = Inherited {
            is_shown: false,
            ..inherited.clone()
        };
        let others = node.children().filter(|it| Some(*it) != drawn);
        for other in others.filter(Node::is_element) {
            let above = if is_html { inherited } else { &hidden };
            self.element(other, above, depth, place)?;
        }
        self.writer.end("switch");
        Ok(())
    }
}
