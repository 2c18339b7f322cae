//! The requests for sources that are objects and whose results go into tars. What is packed is not fetched.

use avatar_stores::{Answer, Step, Steps};

use super::super::feed::{fail, first_get, got_source, is_refused};
use super::super::item::Item;
use super::pass::PackPass;
use crate::files::object::stamp_of;

impl Steps for PackPass<'_> {
    type Item = Item;

    fn next(&self, item: &mut Item, answer: Answer) -> Step {
        let Some(object) = item.object().cloned() else {
            return Step::Ready;
        };
        match answer {
            Answer::None => {
                item.stamp = object.stamp();
                Step::Decide
            }
            Answer::Decided if item.pictures.is_empty() => Step::Ready,
            // Without a listing, one request tells whether what is packed is up to date.
            Answer::Decided if item.stamp.is_none() && item.is_known => {
                Step::Head(object.store.clone(), object.key.clone())
            }
            Answer::Decided => Step::Get(first_get(&object)),
            Answer::Head(Ok(Some(head))) => {
                item.stamp = Some(stamp_of(&head.object));
                Step::Decide
            }
            // The request for the bytes says what is missing.
            Answer::Head(Ok(None)) => Step::Get(first_get(&object)),
            Answer::Head(Err(error)) if is_refused(error.kind()) => Step::Get(first_get(&object)),
            Answer::Head(Err(error)) | Answer::Got(Err(error)) => fail(item, error),
            Answer::Got(Ok(got)) => got_source(item, &object, got),
            Answer::Put(_) => Step::Ready,
        }
    }

    fn decide(&self, item: &mut Item) {
        match item.stamp {
            Some(_) => self.settle(item),
            None => item.is_known = self.knows(item),
        }
    }
}
