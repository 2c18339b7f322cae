//! The requests of one item, one after the other, as its owner decides.

use crate::body::Body;
use crate::error::StoreError;
use crate::object::{Head, Object, Put};
use crate::store::Store;

/// What an item needs next.
#[derive(Debug)]
pub enum Step {
    /// Nothing: it is ready.
    Ready,
    /// To be decided about by [`Steps::decide`].
    Decide,
    /// What is known of an object.
    Head(Store, String),
    /// The bytes of an object.
    Get(Get),
    /// Write an object.
    Put(Put),
}

/// A request for bytes.
#[derive(Debug, Clone)]
pub struct Get {
    /// Where.
    pub store: Store,
    /// The whole key.
    pub key: String,
    /// The size in a listing, if there was one: its memory is taken before it is asked for.
    pub size: Option<u64>,
    /// Nothing is fetched if the object still has this version.
    pub unless: Option<String>,
    /// Only this many bytes from the start.
    pub start: Option<u64>,
}

impl Get {
    /// A request for the whole of an object that was listed.
    #[must_use]
    pub fn whole(store: &Store, object: &Object) -> Self {
        Self {
            store: store.clone(),
            key: object.key.clone(),
            size: Some(object.size),
            unless: None,
            start: None,
        }
    }
}

/// The answer to a request for bytes.
#[derive(Debug)]
pub enum Got {
    /// The object still has the version that was named.
    Unchanged,
    /// The bytes.
    Body(Body),
}

/// The answer to the last step.
#[derive(Debug)]
pub enum Answer {
    /// There was no step yet.
    None,
    /// It was decided about.
    Decided,
    /// What is known of an object; none if there is no such object.
    Head(Result<Option<Head>, StoreError>),
    /// The bytes of an object.
    Got(Result<Got, StoreError>),
    /// The version of an object that was written.
    Put(Result<String, StoreError>),
}

/// Decides which requests each item needs.
pub trait Steps: Sync {
    /// What is carried through the requests.
    type Item: Send;

    /// Takes the answer to the last request of an item, and says what it needs next. All items wait
    /// meanwhile, so it must not read files.
    fn next(&self, item: &mut Self::Item, answer: Answer) -> Step;

    /// Finds out about an item what takes longer, such as reading a file. Other items go on
    /// meanwhile.
    fn decide(&self, _item: &mut Self::Item) {}
}
