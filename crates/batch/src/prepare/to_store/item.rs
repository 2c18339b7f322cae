//! A source in the queue of a run whose results go to a store.

use std::borrow::Cow;
use std::path::Path;

use avatar_prepare::PerceptualHash;
use avatar_stores::Mode;
use avatar_upload::path_text;

use super::super::item::Item;
use crate::naming::Picture;
use crate::objects::segment::ResultRow;
use crate::report::record::FileRecord;

/// A source, with what was found out about its results.
pub(super) struct StoreItem {
    pub(super) item: Item,
    /// One for each of its pictures, in the same order.
    pub(super) slots: Vec<Slot>,
    /// The slot whose result is looked at next.
    pub(super) next: usize,
    /// The version of the source.
    pub(super) version: Option<String>,
}

/// What is known of one result.
pub(super) struct Slot {
    pub(super) mode: Mode,
    /// The result that is there, if this program made it.
    pub(super) row: Option<ResultRow>,
    /// Its outcome, if nothing has to be made.
    pub(super) outcome: Option<Outcome>,
}

/// The outcome of a picture.
pub(super) struct Outcome {
    /// Its place in the plan.
    pub(super) place: usize,
    pub(super) record: FileRecord,
    /// The perceptual hash of a result that exists.
    pub(super) hash: Option<PerceptualHash>,
    /// What the next run should know of the result, if it is new.
    pub(super) row: Option<ResultRow>,
}

impl StoreItem {
    /// Puts the results of one source together.
    pub(super) fn of_each_source(pictures: Vec<Picture>) -> impl Iterator<Item = Self> + Send {
        Item::of_each_source(pictures).map(Self::new)
    }

    fn new(item: Item) -> Self {
        let slots = item.pictures.iter().map(|_| Slot {
            mode: Mode::Create,
            row: None,
            outcome: None,
        });
        Self {
            slots: slots.collect(),
            item,
            next: 0,
            version: None,
        }
    }

    /// Whether nothing has to be made.
    pub(super) fn is_settled(&self) -> bool {
        self.slots.iter().all(|slot| slot.outcome.is_some())
    }

    /// Takes the outcomes of all slots that have one, and leaves the others with their pictures.
    pub(super) fn take_settled(&mut self) -> Vec<Outcome> {
        let mut settled = Vec::new();
        let (mut slots, mut pictures) = (Vec::new(), Vec::new());
        let all = self.slots.drain(..).zip(self.item.pictures.drain(..));
        for (slot, placed) in all {
            match slot.outcome {
                Some(outcome) => settled.push(outcome),
                None => {
                    slots.push(slot);
                    pictures.push(placed);
                }
            }
        }
        self.slots = slots;
        self.item.pictures = pictures;
        settled
    }
}

/// The path of a result below the prefix of results; empty if it is not UTF-8, so that it cannot be a key.
pub(super) fn output<'a>(picture: &'a Picture, out: &Path) -> Cow<'a, str> {
    let relative = picture.output.strip_prefix(out).ok();
    let text = relative.and_then(Path::to_str).unwrap_or_default();
    // Keys have the same separator on every system.
    match cfg!(windows) {
        true => text.replace('\\', "/").into(),
        false => text.into(),
    }
}

/// The root of a source and its path below that, as they are remembered.
pub(super) fn names(picture: &Picture) -> (String, String) {
    (path_text(&picture.root), path_text(picture.relative()))
}
