//! Collapses the white space of a text as browsers do (CSS Text 3, section 4.1.1). The renderer would
//! remove every space with which an element inside the text starts.

use super::xml::Writer;
use crate::style::Inherited;

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

/// Whether the white space of the letters in an element is kept.
pub(super) fn are_kept(inherited: &Inherited) -> bool {
    match inherited.value("white-space") {
        Some(stated) => matches!(stated, "pre" | "pre-wrap" | "break-spaces"),
        None => inherited.keeps_spaces,
    }
}
