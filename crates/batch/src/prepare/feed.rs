//! Fetches the sources that are objects, many at once, before workers take them. What is up to date
//! is not fetched.

use avatar_stores::{Answer, Body, Get, Got, Kind, Step, Steps, StoreError};

use super::fetched::{START, can_be_a_picture};
use super::item::Item;
use super::work::Pass;
use crate::files::object::{Fetched, SourceObject, stamp, stamp_of};

/// The requests for sources whose results go to a folder.
pub(super) struct Feed<'a> {
    pub(super) pass: &'a Pass<'a>,
    /// Fetch also what is up to date.
    pub(super) force: bool,
}

impl Steps for Feed<'_> {
    type Item = Item;

    fn next(&self, item: &mut Item, answer: Answer) -> Step {
        next_step(item, answer, self.force)
    }

    fn decide(&self, item: &mut Item) {
        match item.stamp {
            Some(_) => self.pass.settle(item),
            None => item.is_known = self.pass.knows(item),
        }
    }
}

/// What to do for a source after this answer; with `force`, what is up to date is fetched too.
pub(super) fn next_step(item: &mut Item, answer: Answer, force: bool) -> Step {
    let Some(object) = item.object().cloned() else {
        return Step::Ready;
    };
    match answer {
        Answer::None => {
            item.stamp = object.stamp();
            Step::Decide
        }
        Answer::Decided if item.pictures.is_empty() => Step::Ready,
        // Without a listing, one request shows whether a known result is up to date.
        Answer::Decided if item.stamp.is_none() && item.is_known && !force => {
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

/// Whether a service that refuses HEAD can still accept GET: the signature of a pre-signed address holds
/// for GET only, and some servers know no HEAD.
fn is_refused(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::AccessDenied | Kind::BadCredentials | Kind::NotSupported | Kind::Other
    )
}

/// The first request for bytes: of an object that is perhaps no picture, only the start.
pub(super) fn first_get(object: &SourceObject) -> Get {
    let is_long = object.size.is_none_or(|size| size > START);
    object.get((object.is_guess && is_long).then_some(START))
}

/// Takes the bytes of a source; asks for all of them if it was only the start.
pub(super) fn got_source(item: &mut Item, object: &SourceObject, got: Got) -> Step {
    let Got::Body(body) = got else {
        return Step::Ready;
    };
    if object.is_guess && !can_be_a_picture(body.bytes()) {
        item.fetched = Some(Fetched::NotAPicture);
        return Step::Ready;
    }
    let is_whole = object
        .size
        .is_none_or(|size| size == body.bytes().len() as u64);
    if !is_whole && is_start(&body, object) {
        return Step::Get(object.get(None));
    }
    item.stamp = Some(stamp(body.bytes().len() as u64, body.version()));
    item.fetched = Some(Fetched::Body(body));
    Step::Ready
}

fn is_start(body: &Body, object: &SourceObject) -> bool {
    object.is_guess && body.bytes().len() as u64 == START
}

pub(super) fn fail(item: &mut Item, error: StoreError) -> Step {
    item.fetched = Some(Fetched::Failed(error));
    Step::Ready
}
