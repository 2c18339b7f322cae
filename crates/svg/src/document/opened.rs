//! Writes an element of which only the content is drawn: `contents` says which those are.

use roxmltree::Node;

use super::conditions;
use super::names::href;
use super::pass::{Pass, Place};
use crate::style::{Computed, Inherited, fragment, safe};

impl<'a, 'input> Pass<'a, 'input> {
    /// Takes away the values that have no effect on the content of an element.
    pub(super) fn keep_for_content(&mut self, node: Node<'_, '_>, computed: &mut Computed) {
        computed.keep_inherited();
        if node.tag_name().name() != "tspan" {
            return;
        }
        // Browsers paint its own letters like those around it, but elements in it inherit its paint.
        let has_letters = node
            .children()
            .filter_map(|child| child.text().filter(|_| child.is_text()))
            .any(|text| !text.trim().is_empty());
        if !node.children().any(|child| child.is_element()) {
            computed.drop_paint();
        } else if has_letters && computed.has_paint() {
            self.losses.effects.insert("display: contents");
        }
    }

    /// Writes what remains of the attributes of an element whose content is drawn: what is inherited, and links.
    pub(super) fn opened(
        &mut self,
        node: Node<'a, 'input>,
        computed: &Computed,
        inherited: &Inherited,
        place: Place,
    ) {
        let id = node.attribute("id");
        if let Some(id) = id.filter(|_| place != Place::Copy && !self.targets.has_no_id(node)) {
            self.writer.attribute("id", &safe(id));
        }
        if let Some(id) = self.next_id.take() {
            self.writer.attribute("id", &id);
        }
        if node.tag_name().name() == "use" {
            let copy = self.copy(node, inherited);
            let own = href(node)
                .and_then(fragment)
                .map(|id| safe(&id).into_owned());
            // A drawing still has them.
            for name in ["width", "height"] {
                if let Some(length) = node.attribute(name).filter(|_| !self.is_symbol(node)) {
                    self.writer.attribute(name, length);
                }
            }
            for (name, value) in self.size_of_symbol(node) {
                self.writer.attribute(name, &value);
            }
            if let Some(id) = copy.or(own) {
                self.writer.attribute("href", &format!("#{id}"));
            }
        }
        // It is still chosen among the children of a `switch`, and only there.
        let parent = node.parent_element();
        let is_in_switch = parent.is_some_and(|parent| parent.tag_name().name() == "switch");
        if is_in_switch && !conditions::are_met(node) {
            for name in ["requiredExtensions", "systemLanguage"] {
                if let Some(condition) = node.attribute(name) {
                    self.writer.attribute(name, condition);
                }
            }
        }
        self.properties(node, computed, false);
    }
}
