//! The work on one picture whose result goes into a tar.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use avatar_prepare::{Avatar, Cost, Error, Pieces, Prepared, Settings, Source, Work};

use super::super::fetched::{all_without, source};
use super::super::item::{Done, Item, Placed};
use super::super::known::{details, up_to_date};
use super::super::large::return_memory;
use super::super::work::Pass;
use super::made::{Made, Sample};
use super::opened::{Packs, key_of};
use crate::args::Options;
use crate::failure::Failure;
use crate::files::fingerprint::{Hash, Stamp};
use crate::naming::Picture;
use crate::naming::shard::portable;
use crate::packs::index::SampleRow;
use crate::packs::packed::{self, Packed};
use crate::packs::place::TarPlace;
use crate::recipe::Recipe;
use crate::report::record::{Change, FileRecord};

/// What all pictures of a run share.
pub(super) struct PackPass<'a> {
    place: &'a TarPlace<'a>,
    packed: &'a Packed,
    out: &'a Path,
    /// The recipes.
    pass: Pass<'a>,
}

impl<'a> PackPass<'a> {
    pub(super) fn new(options: &Options, packs: &'a Packs<'a>) -> Self {
        Self {
            place: &packs.place,
            packed: &packs.packed,
            out: &packs.out,
            pass: Pass::new(options, None, &[]),
        }
    }

    /// The recipe of this picture.
    pub(super) fn recipe_of<'b>(&'b self, picture: &'b Picture) -> &'b Recipe {
        self.pass.recipe_of(picture)
    }

    /// The key of a result.
    pub(super) fn key(&self, picture: &Picture) -> String {
        key_of(picture, self.out)
    }

    /// Whether a result of this source is in a tar.
    pub(super) fn knows(&self, item: &Item) -> bool {
        let mut all = item.pictures.iter();
        all.any(|placed| self.packed.with_key(&self.key(&placed.picture)).is_some())
    }

    /// Moves to `settled` the results of a source that need no work, or must not be made, as far as is known
    /// without its bytes.
    pub(super) fn settle(&self, item: &mut Item) {
        let Some(stamp) = item.stamp.filter(|stamp| item.settled_at != Some(*stamp)) else {
            return;
        };
        item.settled_at = Some(stamp);
        let is_file = item.object().is_none();
        let settled = &mut item.settled;
        item.pictures.retain(|placed| {
            let picture = &placed.picture;
            let hash = || Hash::of_file(&picture.source).ok().filter(|_| is_file);
            let record = self.settled(picture, stamp, hash);
            let record = record.map(|record| record.for_platform(picture.preset()));
            let is_open = record.is_none();
            settled.extend(record.map(|record| Done::only(placed.place, record)));
            is_open
        });
    }

    /// The record of a picture whose result is in a tar; none if it is in none, or if only the content of its source
    /// shows whether it is the same, and `hash` does not give that.
    fn settled(
        &self,
        picture: &Picture,
        stamp: Stamp,
        hash: impl Fn() -> Option<Hash>,
    ) -> Option<FileRecord> {
        if picture.owner().is_some() {
            return None;
        }
        let (key, from) = (self.key(picture), from(picture));
        let Some(sample) = self.packed.with_key(&key) else {
            let other = self.packed.of_source(&from)?;
            let why = format!("it has the key {} now, and had {}", key, other.row.key);
            return Some(self.stuck(picture, &other.tar, &why));
        };
        let row = &sample.row;
        let recipe = Hash::parse(&row.recipe);
        let is_recipe = |hash| self.recipe_of(picture).makes(hash, row.details.edge);
        if !recipe.is_some_and(is_recipe) {
            return Some(self.stuck(picture, &sample.tar, "its settings have changed"));
        }
        let is_same = row.from == from && row.stamp().proves(stamp);
        match is_same || row.source_hash == hash()?.to_string() {
            true => {
                let record = up_to_date(picture, &row.details, row.bytes);
                let tar = self.place.shown_tar(&sample.tar);
                Some(record.in_tar(Some(tar), Some(&key)))
            }
            false if row.from == from => Some(self.stuck(picture, &sample.tar, "it has changed")),
            false => {
                let other = Path::new(&row.root).join(&row.source);
                let why = format!("{} has its key {key}", other.display());
                Some(self.stuck(picture, &sample.tar, &why))
            }
        }
    }

    /// The record of a picture that would come out differently than it is packed.
    fn stuck(&self, picture: &Picture, tar: &str, why: &str) -> FileRecord {
        let failure = Failure::packed(&self.place.shown_tar(tar), why);
        FileRecord::failed(&picture.source, None, failure)
    }

    /// What becomes of one result.
    fn finish(
        &self,
        item: &Item,
        placed: &Placed,
        result: Result<Avatar, Failure>,
        cost: &Cost,
    ) -> Made {
        let picture = &placed.picture;
        let result = match (result, picture.owner()) {
            (Ok(_), Some(owner)) => Err(Failure::collision(&picture.output, owner)),
            (result, _) => result,
        };
        let settled = item.stamp.zip(item.hash);
        let settled = settled.and_then(|(stamp, hash)| self.settled(picture, stamp, || Some(hash)));
        let (record, avatar) = match (settled, result) {
            (Some(settled), Ok(_)) => (settled, None),
            (None, Ok(avatar)) => {
                let record = FileRecord::done(&picture.source, &picture.output, &avatar);
                (record.changing(Change::New), Some(avatar))
            }
            (_, Err(failure)) => (FileRecord::failed(&picture.source, None, failure), None),
        };
        let record = record
            .for_platform(picture.preset())
            .cost(cost, Duration::ZERO)
            .took(item.start.elapsed());
        let sample = avatar.and_then(|avatar| self.sample(item, picture, avatar));
        let hash = sample
            .as_ref()
            .and_then(|it| it.row.details.perceptual_hash.as_ref());
        Made {
            done: Done {
                hash: hash.and_then(|hash| hash.parse().ok()),
                ..Done::only(placed.place, record)
            },
            sample,
        }
    }

    fn sample(&self, item: &Item, picture: &Picture, avatar: Avatar) -> Option<Sample> {
        let recipe = self.recipe_of(picture).of_result(&avatar);
        let stamp = item.stamp?;
        let row = SampleRow {
            key: self.key(picture),
            bytes: avatar.bytes().len() as u64,
            hash: Hash::of(avatar.bytes()).to_string(),
            root: picture.root.display().to_string(),
            source: picture.relative().display().to_string(),
            from: from(picture),
            source_bytes: stamp.bytes,
            source_written: stamp.written,
            source_hash: item.hash?.to_string(),
            recipe: recipe.hash.to_string(),
            max_bytes: recipe.settings.max_bytes(),
            preset: picture.preset().map(Into::into),
            details: details(&avatar),
        };
        Some(Sample {
            picture: avatar.into_bytes(),
            row,
        })
    }
}

/// Names the source of a picture, by its bytes, because a path may not be text.
pub(super) fn from(picture: &Picture) -> String {
    let (root, source) = (portable(&picture.root), portable(picture.relative()));
    packed::from(&root, &source, picture.preset())
}

/// Outcomes without a result.
fn without_samples(all: Vec<Done>) -> Vec<Made> {
    let all = all.into_iter();
    all.map(|done| Made { done, sample: None }).collect()
}

impl Work for PackPass<'_> {
    type Item = Item;
    type Outcome = Vec<Made>;

    fn open(&self, item: &mut Item) -> ControlFlow<Vec<Made>, Source> {
        item.start = Instant::now();
        let first = item.pictures.first();
        let path = first.map(|placed| placed.picture.source.to_path_buf());
        // Taken before it is read, so that a later write looks new to the next run.
        if let Some(path) = path.filter(|_| item.object().is_none()) {
            item.stamp = fs::metadata(&path).ok().as_ref().map(Stamp::of_source);
        }
        self.settle(item);
        if item.pictures.is_empty() {
            return ControlFlow::Break(without_samples(std::mem::take(&mut item.settled)));
        }
        match source(item) {
            Ok(source) => ControlFlow::Continue(source),
            Err(reason) => {
                let all = all_without(item, &reason).into_iter();
                let all = all.map(|done| Done {
                    record: match done.record.key.is_some() {
                        true => done.record,
                        false => done.record.in_tar(None, None),
                    },
                    ..done
                });
                ControlFlow::Break(without_samples(all.collect()))
            }
        }
    }

    fn each_settings(&self, item: &Item) -> Vec<Settings> {
        let each = item.pictures.iter();
        each.map(|placed| self.recipe_of(&placed.picture).settings.clone())
            .collect()
    }

    fn read(&self, item: &mut Item, encoded: &[u8]) {
        item.hash = Some(Hash::of(encoded));
    }

    fn pieces(&self, item: &mut Item) -> Option<Box<dyn Pieces>> {
        Some(item.pieces())
    }

    fn read_in_pieces(&self, item: &mut Item) {
        item.read_in_pieces();
    }

    fn publish(&self, item: Item, result: Result<Avatar, Error>) -> Vec<Made> {
        let cost = Cost::default();
        self.publish_each(item, Ok(vec![Prepared { result, cost }]))
    }

    fn publish_each(&self, mut item: Item, results: Result<Vec<Prepared>, Error>) -> Vec<Made> {
        return_memory(&results);
        let mut all = without_samples(std::mem::take(&mut item.settled));
        let placed = item.pictures.iter();
        match results {
            Ok(results) => all.extend(placed.zip(results).map(|(placed, made)| {
                let result = made.result.map_err(|error| Failure::from(&error));
                self.finish(&item, placed, result, &made.cost)
            })),
            Err(error) => all.extend(placed.map(|placed| {
                let failure = Failure::from(&error);
                self.finish(&item, placed, Err(failure), &Cost::default())
            })),
        }
        all
    }
}
