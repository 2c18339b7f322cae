//! Collapses the white space of a text as browsers do (CSS Text 3, section 4.1.1). The renderer would
//! remove every space with which an element inside the text starts.

use roxmltree::Node;

use super::names::XML;
use super::xml::Writer;
use crate::style::{Computed, Inherited};

const WHITE_SPACE: &str = "white-space";

/// What precedes the next letters of a `text` element.
#[derive(Debug, Default)]
pub(super) struct Spaces {
    /// Whether a letter or a kept space was written last, so that the next space is drawn.
    is_after_letter: bool,
    /// Where the last space was written, if nothing follows it.
    last: Option<usize>,
}

impl Spaces {
    /// Writes letters of which each run of white space becomes one space, also across elements.
    pub(super) fn write(&mut self, text: &str, writer: &mut Writer) {
        let mut collapsed = String::with_capacity(text.len());
        for letter in text.chars() {
            let is_space = matches!(letter, ' ' | '\t' | '\n' | '\r' | '\x0c');
            if !is_space {
                collapsed.push(letter);
            } else if self.is_after_letter {
                collapsed.push(' ');
            }
            self.is_after_letter = !is_space;
        }
        if !collapsed.is_empty() {
            writer.text(&collapsed);
            let ends_in_space = collapsed.ends_with(' ');
            self.last = ends_in_space.then(|| writer.len().saturating_sub(1));
        }
    }

    /// Writes letters whose white space is kept.
    pub(super) fn write_kept(&mut self, text: &str, writer: &mut Writer) {
        if !text.is_empty() {
            writer.text(text);
            self.is_after_letter = true;
            self.last = None;
        }
    }

    /// Removes the space at the end of the text, which browsers do not count.
    pub(super) fn end(self, writer: &mut Writer) {
        if let Some(at) = self.last {
            writer.remove(at);
        }
    }
}

/// Settles whether the white space in an element is kept. Browsers take neither `xml:space` nor `white-space` from
/// outside a text, where editors write both for whole drawings.
pub(super) fn settle(node: Node<'_, '_>, computed: &Computed, inherited: &mut Inherited) {
    if node.tag_name().name() == "text" {
        inherited.keeps_spaces = false;
        if computed.text(WHITE_SPACE).is_none() {
            inherited.forget(WHITE_SPACE);
        }
    }
    if let Some(space) = node.attribute((XML, "space")) {
        inherited.keeps_spaces = space == "preserve";
    }
}

/// Whether the white space of the letters in an element is kept.
pub(super) fn are_kept(inherited: &Inherited) -> bool {
    match inherited.value(WHITE_SPACE) {
        Some(stated) => matches!(stated, "pre" | "pre-wrap" | "break-spaces"),
        None => inherited.keeps_spaces,
    }
}
