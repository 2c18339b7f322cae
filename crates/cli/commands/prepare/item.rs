//! A picture in the queue of a run, and its outcome.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use avatar_prepare::{PerceptualHash, Pieces};

use crate::files::fingerprint::{Hash, HashInPieces, Stamp};
use crate::files::object::{Fetched, SourceObject};
use crate::naming::Picture;
use crate::report::record::FileRecord;
use crate::state::{Attempt, Known};

/// A source in the queue, with the results to make of it and what its worker learns about it.
pub(crate) struct Item {
    /// One, or one for each platform.
    pub(super) pictures: Vec<Placed>,
    /// Outcomes of results that need no work.
    pub(super) settled: Vec<Done>,
    /// When a worker took it.
    pub(super) start: Instant,
    pub(super) stamp: Option<Stamp>,
    /// The stamp with which [`Pass::settle`](super::work::Pass::settle) looked at it last.
    pub(super) settled_at: Option<Stamp>,
    /// The object, if the source is one.
    object: Option<Arc<SourceObject>>,
    /// Whether an earlier run made a result of it.
    pub(super) is_known: bool,
    pub(super) hash: Option<Hash>,
    /// The hash of a file that is read in pieces.
    pub(super) in_pieces: Option<HashInPieces>,
    /// What was fetched, if the source is an object.
    pub(super) fetched: Option<Fetched>,
}

impl Item {
    /// Puts the results of one source together, which follow each other.
    pub(crate) fn of_each_source(pictures: Vec<Picture>) -> Vec<Self> {
        let mut items: Vec<Self> = Vec::with_capacity(pictures.len());
        for (place, picture) in pictures.into_iter().enumerate() {
            let last = items.last_mut().and_then(|item| {
                let is_same = |Placed { picture: it, .. }: &Placed| {
                    it.preset.is_some() && picture.preset.is_some() && it.source == picture.source
                };
                item.pictures.last().is_some_and(is_same).then_some(item)
            });
            let placed = Placed { place, picture };
            match last {
                Some(item) => item.pictures.push(placed),
                None => items.push(Self::new(placed)),
            }
        }
        items
    }

    fn new(placed: Placed) -> Self {
        Self {
            object: placed.picture.object.clone(),
            pictures: vec![placed],
            settled: Vec::new(),
            start: Instant::now(),
            stamp: None,
            settled_at: None,
            is_known: false,
            hash: None,
            in_pieces: None,
            fetched: None,
        }
    }

    /// Follows the source while it is read in pieces.
    pub(super) fn pieces(&mut self) -> Box<dyn Pieces> {
        let hash = HashInPieces::default();
        self.in_pieces = Some(hash.clone());
        Box::new(hash)
    }

    /// All pieces were read.
    pub(super) fn read_in_pieces(&mut self) {
        self.hash = self.in_pieces.take().map(|hash| hash.finish());
    }

    /// The object, if the source is one.
    pub(super) fn object(&self) -> Option<&Arc<SourceObject>> {
        self.object.as_ref()
    }
}

/// A result to make, and its place in the plan.
pub(super) struct Placed {
    pub(super) place: usize,
    pub(super) picture: Picture,
}

/// The outcome of a picture, and what the cache should keep of it.
pub(crate) struct Done {
    /// Its place in the plan.
    pub(crate) place: usize,
    pub(crate) record: FileRecord,
    pub(crate) known: Option<Known>,
    /// The perceptual hash of a result that exists.
    pub(crate) hash: Option<PerceptualHash>,
    /// The result, if its source will fail again until it changes.
    pub(crate) broken: Option<PathBuf>,
    /// What was tried, if it failed.
    pub(crate) attempt: Option<Attempt>,
}

impl Done {
    /// An outcome of which the cache keeps nothing.
    pub(super) fn only(place: usize, record: FileRecord) -> Self {
        Self {
            place,
            record,
            known: None,
            hash: None,
            broken: None,
            attempt: None,
        }
    }
}
