//! A picture in the queue of a run, and its outcome.

use std::iter::{Enumerate, Peekable};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;
use std::vec::IntoIter;

use avatar_prepare::{PerceptualHash, Pieces};

use super::guard::Seen;
use crate::files::fingerprint::{Hash, HashInPieces, Stamp};
use crate::files::object::{Fetched, SourceObject};
use crate::naming::Picture;
use crate::report::record::FileRecord;
use crate::state::{Attempt, Known};

/// A source in the queue, with the results to make of it and what its worker learns about it.
pub(super) struct Item {
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
    pub(super) fn of_each_source(pictures: Vec<Picture>) -> EachSource {
        EachSource(pictures.into_iter().enumerate().peekable())
    }

    fn new(placed: Placed) -> Self {
        Self {
            object: placed.picture.object().cloned(),
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

    /// Whether this picture has the same source, in a run for several platforms.
    fn is_source_of(&self, picture: &Picture) -> bool {
        self.pictures.last().is_some_and(|placed| {
            let platforms = [&placed.picture, picture].map(Picture::preset);
            platforms.iter().all(Option::is_some) && placed.picture.source == picture.source
        })
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

/// The items of a run, made when they are taken: of all of them, that would take more memory than their
/// names.
pub(super) struct EachSource(Peekable<Enumerate<IntoIter<Picture>>>);

impl Iterator for EachSource {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        let mut item = Item::new(self.0.next().map(Placed::new)?);
        while let Some(next) = self.0.next_if(|(_, picture)| item.is_source_of(picture)) {
            item.pictures.push(Placed::new(next));
        }
        Some(item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let (pictures, most) = self.0.size_hint();
        (pictures.min(1), most)
    }
}

/// A result to make, and its place in the plan.
pub(super) struct Placed {
    pub(super) place: usize,
    pub(super) picture: Picture,
    /// Whether the cache has a row of the result; `None` if that was not looked up.
    pub(super) is_known: Option<bool>,
    /// The file that the result may replace.
    pub(super) seen: Seen,
}

impl Placed {
    fn new((place, picture): (usize, Picture)) -> Self {
        Self {
            place,
            picture,
            is_known: None,
            seen: Seen::default(),
        }
    }
}

/// The outcome of a picture, and what the cache should keep of it.
pub(super) struct Done {
    /// Its place in the plan.
    pub place: usize,
    pub record: FileRecord,
    pub known: Option<Known>,
    /// The perceptual hash of a result that exists.
    pub hash: Option<PerceptualHash>,
    /// The result, if its source will fail again until it changes.
    pub broken: Option<PathBuf>,
    /// What was tried, if it failed.
    pub attempt: Option<Attempt>,
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
