//! The requests for sources that are objects and whose results go into tars. What is packed is not fetched.

use avatar_stores::{Answer, Step, Steps};

use super::super::feed::next_step;
use super::super::item::Item;
use super::pass::PackPass;

impl Steps for PackPass<'_> {
    type Item = Item;

    fn next(&self, item: &mut Item, answer: Answer) -> Step {
        next_step(item, answer, false)
    }

    fn decide(&self, item: &mut Item) {
        match item.stamp {
            Some(_) => self.settle(item),
            None => item.is_known = self.knows(item),
        }
    }
}
