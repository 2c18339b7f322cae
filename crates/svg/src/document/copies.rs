//! Copies of elements that a `use` shows with other values of variables than those where they stand.

use std::rc::Rc;

use roxmltree::Node;

use super::pass::{Pass, Place};
use crate::Error;
use crate::style::Inherited;

/// Most elements that are copied because variables have other values where a `use` shows them.
const MOST_COPIES: usize = 10_000;

impl<'a, 'input> Pass<'a, 'input> {
    /// The id of a copy of the element that a `use` shows, if variables have other values there.
    pub(super) fn copy(&mut self, node: Node<'a, 'input>, inherited: &Inherited) -> Option<String> {
        if Rc::ptr_eq(&inherited.variables, &self.root_variables)
            || inherited.variables == self.root_variables
        {
            return None;
        }
        let target = self.targets.shown_by(node)?;
        if node.ancestors().any(|ancestor| ancestor == target) {
            return None;
        }
        if self.copied <= MOST_COPIES {
            self.copied += target.descendants().count();
        }
        if self.copied > MOST_COPIES {
            self.losses
                .effects
                .insert("variables of a use, after 10,000 copied elements");
            return None;
        }
        self.copies.push((target, inherited.clone()));
        Some(copy_name(self.copies.len()))
    }

    /// Writes the copies, which can contain further `use` elements.
    pub(super) fn write_copies(&mut self, depth: u32) -> Result<(), Error> {
        let mut at = 0;
        while let Some((target, inherited)) = self.copies.get(at).cloned() {
            at += 1;
            self.writer.start("defs");
            self.next_id = Some(copy_name(at));
            self.element(target, &inherited, depth, Place::Copy)?;
            self.writer.end("defs");
        }
        Ok(())
    }
}

fn copy_name(number: usize) -> String {
    format!("copy-of-use-{number}")
}
