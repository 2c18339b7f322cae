//! One picture on its worker: skipped if its result is up to date, else prepared and published.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use avatar_prepare::{Avatar, Code, Cost, Error, Pieces, Prepared, Settings, Source, Work};

use super::fetched::{all_without, source};
use super::guard;
use super::item::{Done, Item, Placed};
use super::known::{details, unwritable, up_to_date};
use crate::args::Options;
use crate::clock;
use crate::failure::Failure;
use crate::files::fingerprint::{Hash, Stamp};
use crate::files::publish::publish;
use crate::naming::{Picture, portable};
use crate::recipe::Recipe;
use crate::report::record::{Change, FileRecord, Status};
use crate::state::{Attempt, Intents, Known, Origin, Reader};

/// What all pictures of a pass share.
pub(crate) struct Pass<'a> {
    /// The folder of results; none for a single file, which has no cache.
    out: Option<&'a Path>,
    readers: &'a [Reader],
    /// The recipe of pictures without one of their own.
    recipe: Recipe,
    force: bool,
    overwrite: bool,
    intents: Option<&'a Intents>,
}

impl<'a> Pass<'a> {
    pub(crate) fn new(options: &Options, out: Option<&'a Path>, readers: &'a [Reader]) -> Self {
        Self {
            out,
            readers,
            recipe: Recipe::new(options.settings.clone()).fitted_from(options.unfitted.clone()),
            force: options.force,
            overwrite: options.overwrite,
            intents: None,
        }
    }

    /// Records in `intents` which result is about to be published.
    pub(crate) fn with_intents(self, intents: Option<&'a Intents>) -> Self {
        Self { intents, ..self }
    }

    pub(crate) fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// The recipe of this picture.
    pub(crate) fn recipe_of<'b>(&'b self, picture: &'b Picture) -> &'b Recipe {
        picture.recipe.as_deref().unwrap_or(&self.recipe)
    }

    /// The outcome of a picture whose result exists and would come out the same.
    pub(crate) fn up_to_date(&self, picture: &Picture, stamp: Stamp) -> Option<Done> {
        if self.force || picture.owner.is_some() {
            return None;
        }
        let output = picture.output.strip_prefix(self.out?).ok()?;
        let known = self.readers.iter().filter_map(|reader| {
            let known = reader.find(output).ok()??;
            self.still_true(picture, stamp, known)
        });
        let (known, is_new) = known.into_iter().next()?;
        let hash = known.details.perceptual_hash.as_deref();
        Some(Done {
            place: 0,
            hash: hash.and_then(|hash| hash.parse().ok()),
            record: up_to_date(picture, &known.details, known.stamp.bytes)
                .for_platform(picture.preset),
            known: is_new.then_some(known),
            broken: None,
            attempt: None,
        })
    }

    /// What is tried for a picture; none if it can only fail.
    fn attempt(&self, picture: &Picture) -> Option<Attempt> {
        if picture.owner.is_some() {
            return None;
        }
        Some(Attempt {
            output: picture.output.strip_prefix(self.out?).ok()?.to_path_buf(),
            root: picture.root.to_path_buf(),
            source: picture.relative.clone(),
            recipe: self.recipe_of(picture).hash,
            preset: picture.preset.map(String::from),
        })
    }

    /// Why the result of a picture must not be written: there is a file that this program did not
    /// make.
    pub(crate) fn refusal(&self, picture: &Picture) -> Option<FileRecord> {
        let output = &picture.output;
        if self.overwrite || picture.owner.is_some() {
            return None;
        }
        let failure = guard::refusal(output, || self.known_at(output))?;
        let record = FileRecord::failed(&picture.source, Some(output), failure);
        Some(record.for_platform(picture.preset))
    }

    /// How a new result compares with the last run.
    pub(crate) fn change_of(&self, output: &Path) -> Change {
        match self.known_at(output) {
            Some(_) => Change::Changed,
            None => Change::New,
        }
    }

    /// The row of a name in the cache.
    fn known_at(&self, output: &Path) -> Option<Known> {
        let output = output.strip_prefix(self.out?).ok()?;
        let mut found = self.readers.iter().map(|reader| reader.find(output));
        found.find_map(|found| found.ok()?)
    }

    /// The cache row, with fresh stamps, if source and result are unchanged; and whether the stamps
    /// differ from the stored ones.
    fn still_true(&self, picture: &Picture, stamp: Stamp, known: Known) -> Option<(Known, bool)> {
        let origin = known.origin.as_ref()?;
        let recipe = self.recipe_of(picture);
        if !recipe.makes(origin.recipe, known.details.edge) {
            return None;
        }
        let result = fs::symlink_metadata(&picture.output).ok()?;
        if !result.is_file() {
            return None;
        }
        let result = Stamp::of_result(&result);
        let same_place = origin.source == picture.relative && *origin.root == *picture.root;
        let source_proven = same_place && origin.stamp.proves(stamp);
        let result_proven = known.stamp.proves(result);
        let same = |then: Stamp, now: Stamp, hash: Hash, path: &Path| {
            then.bytes == now.bytes && Hash::of_file(path).is_ok_and(|found| found == hash)
        };
        if !result_proven && !same(known.stamp, result, known.hash, &picture.output)
            || !source_proven && !same(origin.stamp, stamp, origin.hash, &picture.source)
        {
            return None;
        }
        let origin = Origin {
            root: picture.root.to_path_buf(),
            source: picture.relative.clone(),
            stamp,
            ..origin.clone()
        };
        // A result that had been replaced is the current one of its source again.
        let preset = picture.preset.map(String::from);
        let is_new =
            !(source_proven && result_proven) || known.former.is_some() || known.preset != preset;
        // Taking up a former name again counts from now on, also against what other shards made.
        let at = match known.former {
            Some(_) => clock::seconds(),
            None => known.at,
        };
        let known = Known {
            at,
            preset,
            stamp: result,
            origin: Some(origin),
            former: None,
            ..known
        };
        Some((known, is_new))
    }

    /// Publishes a result; returns its record and its cache row.
    fn deliver(
        &self,
        item: &Item,
        picture: &Picture,
        avatar: &Avatar,
    ) -> (FileRecord, Option<Known>) {
        let Picture { source, output, .. } = picture;
        // Check again, because the file may have appeared while the picture was made.
        if let Some(record) = self.refusal(picture) {
            return (record, None);
        }
        let change = self.change_of(output);
        let known = self.known(item, picture, avatar);
        if let (Some(intents), Some(known)) = (self.intents, &known) {
            let recipe = self.recipe_of(picture).of_result(avatar);
            intents.add(known, &recipe.settings.recipe());
        }
        match publish(output, avatar.bytes()) {
            Ok(metadata) => {
                let stamp = Stamp::of_result(&metadata);
                let known = known.map(|known| Known { stamp, ..known });
                let record = FileRecord::done(source, output, avatar);
                (record.noting(self.trouble(output)).changing(change), known)
            }
            Err(error) => (unwritable(source, output, &error), None),
        }
    }

    /// Why the name of a result is not portable.
    pub(crate) fn trouble(&self, output: &Path) -> Option<String> {
        portable::trouble(output.strip_prefix(self.out?).ok()?)
    }

    /// The row of a result that is about to be published.
    fn known(&self, item: &Item, picture: &Picture, avatar: &Avatar) -> Option<Known> {
        let recipe = self.recipe_of(picture).of_result(avatar);
        Some(Known {
            output: picture.output.strip_prefix(self.out?).ok()?.to_path_buf(),
            stamp: Stamp {
                bytes: avatar.bytes().len() as u64,
                written: None,
            },
            hash: Hash::of(avatar.bytes()),
            at: clock::seconds(),
            origin: Some(Origin {
                root: picture.root.to_path_buf(),
                source: picture.relative.clone(),
                stamp: item.stamp?,
                hash: item.hash?,
                recipe: recipe.hash,
                max_bytes: recipe.settings.max_bytes(),
            }),
            former: None,
            preset: picture.preset.map(String::from),
            details: details(avatar),
        })
    }
}

impl Pass<'_> {
    /// Moves to `settled` the results of a source that need no work, or must not be made, as far as is
    /// known without its bytes. Looks once for each stamp, because it can read whole files.
    pub(super) fn settle(&self, item: &mut Item) {
        if item.stamp.is_some() && item.settled_at == item.stamp {
            return;
        }
        let (stamp, settled) = (item.stamp, &mut item.settled);
        item.settled_at = stamp;
        item.pictures.retain(|placed| {
            let done = self.settled(placed, stamp);
            let is_open = done.is_none();
            settled.extend(done);
            is_open
        });
    }

    /// Whether a result of this source is known from an earlier run.
    pub(super) fn knows(&self, item: &Item) -> bool {
        let mut all = item.pictures.iter();
        all.any(|placed| self.known_at(&placed.picture.output).is_some())
    }

    /// The outcome of a result that needs no work, or must not be made.
    fn settled(&self, placed: &Placed, stamp: Option<Stamp>) -> Option<Done> {
        let Placed { place, picture } = placed;
        let place = *place;
        if let Some(done) = stamp.and_then(|stamp| self.up_to_date(picture, stamp)) {
            return Some(Done { place, ..done });
        }
        Some(Done {
            place,
            record: self.refusal(picture)?,
            known: None,
            hash: None,
            broken: None,
            attempt: self.attempt(picture),
        })
    }

    /// Publishes one result, or records why there is none.
    fn finish(
        &self,
        item: &Item,
        placed: &Placed,
        result: Result<&Avatar, &Error>,
        cost: &Cost,
    ) -> Done {
        let made = Instant::now();
        let picture = &placed.picture;
        let Picture { source, output, .. } = picture;
        let is_broken = result.is_err_and(lies_in_the_source);
        let result = match (result, &picture.owner) {
            (Ok(_), Some(owner)) => Err(Failure::collision(output, owner)),
            (result, _) => result.map_err(Failure::from),
        };
        let hash = result.as_ref().ok().and_then(|it| it.perceptual_hash());
        let (record, known) = match result {
            Ok(avatar) => self.deliver(item, picture, avatar),
            Err(failure) => (FileRecord::failed(source, Some(output), failure), None),
        };
        Done {
            place: placed.place,
            hash: hash.filter(|_| record.status == Status::Ok),
            attempt: match record.status {
                Status::Failed => self.attempt(picture),
                Status::Ok | Status::Skipped | Status::Planned => None,
            },
            record: record
                .for_platform(picture.preset)
                .cost(cost, made.elapsed())
                .took(item.start.elapsed()),
            known,
            broken: is_broken.then(|| output.clone()),
        }
    }
}

impl Work for Pass<'_> {
    type Item = Item;
    type Outcome = Vec<Done>;

    fn open(&self, item: &mut Item) -> ControlFlow<Vec<Done>, Source> {
        item.start = Instant::now();
        let first = item.pictures.first();
        let path = first.map(|placed| placed.picture.source.clone());
        // Taken before it is read, so that a later write looks new to the next run. That of an
        // object is taken when it is fetched.
        if let Some(path) = path.filter(|_| self.out.is_some() && item.object().is_none()) {
            let metadata = fs::metadata(&path);
            item.stamp = metadata.ok().as_ref().map(Stamp::of_source);
        }
        self.settle(item);
        if item.pictures.is_empty() {
            return ControlFlow::Break(std::mem::take(&mut item.settled));
        }
        match source(item) {
            Ok(source) => ControlFlow::Continue(source),
            Err(reason) => ControlFlow::Break(all_without(item, &reason)),
        }
    }

    fn each_settings(&self, item: &Item) -> Vec<Settings> {
        let each = item.pictures.iter();
        each.map(|placed| self.recipe_of(&placed.picture).settings.clone())
            .collect()
    }

    fn read(&self, item: &mut Item, encoded: &[u8]) {
        if self.out.is_some() {
            item.hash = Some(Hash::of(encoded));
        }
    }

    fn pieces(&self, item: &mut Item) -> Option<Box<dyn Pieces>> {
        Some(match self.out {
            Some(_) => item.pieces(),
            None => Box::new(()),
        })
    }

    fn read_in_pieces(&self, item: &mut Item) {
        item.read_in_pieces();
    }

    fn publish(&self, item: Item, result: Result<Avatar, Error>) -> Vec<Done> {
        let cost = Cost::default();
        self.publish_each(item, Ok(vec![Prepared { result, cost }]))
    }

    fn publish_each(&self, mut item: Item, results: Result<Vec<Prepared>, Error>) -> Vec<Done> {
        let mut all = std::mem::take(&mut item.settled);
        let placed = item.pictures.iter();
        match &results {
            Ok(results) => all.extend(placed.zip(results).map(|(placed, made)| {
                self.finish(&item, placed, made.result.as_ref(), &made.cost)
            })),
            Err(error) => all.extend(
                placed.map(|placed| self.finish(&item, placed, Err(error), &Cost::default())),
            ),
        }
        all
    }
}

/// Whether the same source will fail again until it changes.
fn lies_in_the_source(error: &Error) -> bool {
    let code = error.code();
    !matches!(code, Code::Io | Code::OutOfMemory | Code::TimedOut)
}
