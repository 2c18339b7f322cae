//! The work on one picture whose result goes to a store.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use avatar_prepare::{Avatar, Cost, Error, Pieces, Prepared, Settings, Source, Work};
use avatar_stores::Put;
use tokio::sync::mpsc::Sender;

use super::super::fetched::{source, without};
use super::super::item::Placed;
use super::super::known::details;
use super::super::large::return_memory;
use super::super::work::Pass;
use super::delivery::Delivery;
use super::item::{Outcome, Slot, StoreItem, names, output};
use crate::args::Options;
use crate::clock;
use crate::failure::Failure;
use crate::files::fingerprint::Hash;
use crate::naming::Picture;
use crate::objects::mark::{self, Mark};
use crate::objects::results::Results;
use crate::objects::segment::ResultRow;
use crate::report::record::{Change, FileRecord};

/// What all pictures of a run share.
pub(super) struct StorePass<'a> {
    pub(super) results: &'a Results,
    /// The recipes.
    pub(super) pass: Pass<'a>,
    /// The prefix of results, as a path.
    out: PathBuf,
    force: bool,
    pub(super) overwrite: bool,
    cache_control: Option<String>,
    /// Seconds since 1970, at the start.
    pub(super) now: i64,
    /// Where results go that are to be written; none once the workers have ended.
    deliveries: Mutex<Option<Sender<Delivery>>>,
}

impl<'a> StorePass<'a> {
    pub(super) fn new(
        options: &Options,
        results: &'a Results,
        deliveries: Option<Sender<Delivery>>,
    ) -> Self {
        Self {
            results,
            pass: Pass::new(options, None, &[]),
            out: PathBuf::from(results.out.to_string()),
            force: options.force,
            overwrite: options.overwrite,
            cache_control: options.cache_control.clone(),
            now: clock::seconds(),
            deliveries: Mutex::new(deliveries),
        }
    }

    /// No more results will be written.
    pub(super) fn close(&self) {
        let deliveries = self.deliveries.lock();
        *deliveries.unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The path of a result below the prefix.
    pub(super) fn output<'b>(&self, picture: &'b Picture) -> Cow<'b, str> {
        output(picture, &self.out)
    }

    /// Whether a result was made from this source with the same settings.
    pub(super) fn is_recipe(&self, row: &ResultRow, picture: &Picture) -> bool {
        let (root, source) = names(picture);
        let recipe = Hash::parse(&row.recipe);
        let is_same = mark::from(&row.root, &row.source) == mark::from(&root, &source);
        let makes = |hash| self.pass.recipe_of(picture).makes(hash, row.details.edge);
        !self.force && is_same && recipe.is_some_and(makes)
    }

    pub(super) fn failed(&self, place: usize, picture: &Picture, failure: Failure) -> Outcome {
        let record = FileRecord::failed(&picture.source, Some(&picture.output), failure);
        Outcome {
            place,
            record: record.for_platform(picture.preset()),
            hash: None,
            row: None,
        }
    }

    /// Settles results of a file whose time changed and whose content did not.
    pub(super) fn settle_by_content(&self, item: &mut StoreItem) {
        let path = item
            .item
            .pictures
            .first()
            .map(|it| it.picture.source.to_path_buf());
        let all = item.slots.iter_mut().zip(&item.item.pictures);
        let mut found = None;
        for (slot, placed) in all.filter(|(slot, _)| slot.outcome.is_none()) {
            let picture = &placed.picture;
            let row = slot.row.as_ref().filter(|row| self.is_recipe(row, picture));
            let Some((row, then)) = row.and_then(|row| Some((row, row.source_hash.as_ref()?)))
            else {
                continue;
            };
            let hash = || path.as_deref().and_then(|path| Hash::of_file(path).ok());
            let now = *found.get_or_insert_with(hash);
            if picture.owner().is_none() && now.is_some_and(|now| now.to_string() == *then) {
                let version = item.version.as_deref();
                slot.outcome = Some(self.same(placed.place, picture, row, version));
            }
        }
    }

    /// Hands a result to the pool that writes; an outcome if there is nothing to write.
    fn deliver(
        &self,
        item: &StoreItem,
        (slot, placed): (&Slot, &Placed),
        result: Result<Avatar, Failure>,
        cost: &Cost,
    ) -> Option<Outcome> {
        let picture = &placed.picture;
        let timed = |record: FileRecord| {
            let time = item.item.start.elapsed();
            let record = record.for_platform(picture.preset());
            record.cost(cost, std::time::Duration::ZERO).took(time)
        };
        let result = match (result, picture.owner()) {
            (Ok(_), Some(owner)) => Err(Failure::collision(&picture.output, owner)),
            (result, _) => result,
        };
        let avatar = match result {
            Ok(avatar) => avatar,
            Err(failure) => {
                let outcome = self.failed(placed.place, picture, failure);
                return Some(Outcome {
                    record: timed(outcome.record),
                    ..outcome
                });
            }
        };
        let change = match slot.row {
            Some(_) => Change::Changed,
            None => Change::New,
        };
        let record = FileRecord::done(&picture.source, &picture.output, &avatar);
        let row = self.row(item, picture, &avatar);
        let mark = Mark::of(&row);
        let delivery = Delivery {
            place: placed.place,
            picture: picture.clone(),
            record: timed(record.changing(change)),
            hash: avatar.perceptual_hash(),
            put: Put {
                store: self.results.store.clone(),
                key: self.results.key(&row.output),
                bytes: avatar.into_bytes().into(),
                mode: slot.mode.clone(),
                content_type: "image/jpeg",
                cache_control: self.cache_control.clone(),
                metadata: vec![(mark::NAME, mark.text())],
            },
            mark,
            row,
            failure: None,
        };
        self.send(delivery)
    }

    fn send(&self, delivery: Delivery) -> Option<Outcome> {
        let sender = {
            let deliveries = self.deliveries.lock();
            deliveries.unwrap_or_else(PoisonError::into_inner).clone()
        };
        let unsent = match sender {
            Some(sender) => sender.blocking_send(delivery).err().map(|error| error.0),
            None => Some(delivery),
        };
        unsent.map(|delivery| {
            let failure = Failure::changed_meanwhile();
            self.failed(delivery.place, &delivery.picture, failure)
        })
    }

    /// The row of a result that is about to be written.
    fn row(&self, item: &StoreItem, picture: &Picture, avatar: &Avatar) -> ResultRow {
        let recipe = self.pass.recipe_of(picture).of_result(avatar);
        let (root, source) = names(picture);
        ResultRow {
            output: self.output(picture).into(),
            version: String::new(),
            bytes: avatar.bytes().len() as u64,
            hash: Hash::of(avatar.bytes()).to_string(),
            at: self.now,
            root,
            source,
            source_version: item.version.clone(),
            source_hash: item.item.hash.map(|hash| hash.to_string()),
            recipe: recipe.hash.to_string(),
            max_bytes: recipe.settings.max_bytes(),
            preset: picture.preset().map(Into::into),
            details: details(avatar),
        }
    }
}

impl Work for StorePass<'_> {
    type Item = StoreItem;
    type Outcome = Vec<Outcome>;

    fn open(&self, item: &mut StoreItem) -> ControlFlow<Vec<Outcome>, Source> {
        item.item.start = Instant::now();
        if item.item.object().is_none() {
            self.settle_by_content(item);
        }
        // What is settled is reported with the rest of its source.
        if item.is_settled() {
            return ControlFlow::Break(item.take_settled());
        }
        match source(&mut item.item) {
            Ok(source) => ControlFlow::Continue(source),
            Err(reason) => {
                let mut all = item.take_settled();
                let rest = item.item.pictures.iter();
                all.extend(rest.map(|placed| Outcome {
                    place: placed.place,
                    record: without(&placed.picture, &reason).for_platform(placed.picture.preset()),
                    hash: None,
                    row: None,
                }));
                ControlFlow::Break(all)
            }
        }
    }

    fn each_settings(&self, item: &StoreItem) -> Vec<Settings> {
        let open = item.slots.iter().zip(&item.item.pictures);
        open.filter(|(slot, _)| slot.outcome.is_none())
            .map(|(_, placed)| self.pass.recipe_of(&placed.picture).settings.clone())
            .collect()
    }

    fn read(&self, item: &mut StoreItem, encoded: &[u8]) {
        item.item.hash = Some(Hash::of(encoded));
    }

    fn pieces(&self, item: &mut StoreItem) -> Option<Box<dyn Pieces>> {
        Some(item.item.pieces())
    }

    fn read_in_pieces(&self, item: &mut StoreItem) {
        item.item.read_in_pieces();
    }

    fn publish(&self, item: StoreItem, result: Result<Avatar, Error>) -> Vec<Outcome> {
        let cost = Cost::default();
        self.publish_each(item, Ok(vec![Prepared { result, cost }]))
    }

    fn publish_each(
        &self,
        mut item: StoreItem,
        results: Result<Vec<Prepared>, Error>,
    ) -> Vec<Outcome> {
        return_memory(&results);
        let mut all = item.take_settled();
        let open = item.slots.iter().zip(&item.item.pictures);
        match results {
            Ok(results) => all.extend(open.zip(results).filter_map(|(slot, made)| {
                let result = made.result.map_err(|error| Failure::from(&error));
                self.deliver(&item, slot, result, &made.cost)
            })),
            Err(error) => all.extend(open.filter_map(|slot| {
                let failure = Failure::from(&error);
                self.deliver(&item, slot, Err(failure), &Cost::default())
            })),
        }
        all
    }
}
