//! One picture on its worker: skipped if its result is up to date, else prepared and published.

mod lookup;

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use avatar_prepare::{Avatar, Code, Cost, Error, Pieces, Prepared, Settings, Source, Work};

use super::fetched::{all_without, source};
use super::item::{Done, Item, Placed};
use super::known::{details, unwritable};
use super::large::return_memory;
use super::other_run::Inputs;
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
pub(super) struct Pass<'a> {
    /// The folder of results; none for a single file, which has no cache.
    out: Option<&'a Path>,
    /// The caches that have rows.
    readers: Vec<&'a Reader>,
    /// The recipe of pictures without one of their own.
    recipe: Recipe,
    force: bool,
    overwrite: bool,
    inputs: Inputs<'a>,
    intents: Option<&'a Intents>,
}

impl<'a> Pass<'a> {
    pub(super) fn new(options: &Options, out: Option<&'a Path>, readers: &'a [Reader]) -> Self {
        Self {
            out,
            readers: readers.iter().filter(|it| may_have_rows(it)).collect(),
            recipe: Recipe::new(options.settings.clone()).fitted_from(options.unfitted.clone()),
            force: options.force,
            overwrite: options.overwrite,
            inputs: Inputs::default(),
            intents: None,
        }
    }

    /// Says what the run reads.
    pub(super) fn reading(self, inputs: Inputs<'a>) -> Self {
        Self { inputs, ..self }
    }

    /// Records in `intents` which result is about to be published.
    pub(super) fn with_intents(self, intents: Option<&'a Intents>) -> Self {
        Self { intents, ..self }
    }

    pub(super) fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// The recipe of this picture.
    pub(super) fn recipe_of<'b>(&'b self, picture: &'b Picture) -> &'b Recipe {
        picture.recipe().map_or(&self.recipe, |recipe| recipe)
    }

    /// What is tried for a picture; none if it can only fail.
    fn attempt(&self, picture: &Picture) -> Option<Attempt> {
        if picture.owner().is_some() {
            return None;
        }
        Some(Attempt {
            output: picture.output.strip_prefix(self.out?).ok()?.to_path_buf(),
            root: picture.root.to_path_buf(),
            source: picture.relative().to_path_buf(),
            recipe: self.recipe_of(picture).hash,
            preset: picture.preset().map(String::from),
        })
    }

    /// Publishes a result; returns its record and its cache row.
    fn deliver(
        &self,
        item: &Item,
        placed: &Placed,
        avatar: &Avatar,
    ) -> (FileRecord, Option<Known>) {
        let picture = &placed.picture;
        let Picture { source, output, .. } = picture;
        // Check again, because the file may have appeared while the picture was made.
        if let Some(record) = self.refusal(picture, &mut placed.seen.clone()) {
            return (record, None);
        }
        let change = match placed.is_known {
            Some(false) => Change::New,
            Some(true) => Change::Changed,
            None => self.change_of(output),
        };
        let known = self.known(item, picture, avatar);
        if let (Some(intents), Some(known)) = (self.intents, &known) {
            let recipe = self.recipe_of(picture).of_result(avatar);
            intents.add(known, || recipe.settings.recipe());
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
    pub(super) fn trouble(&self, output: &Path) -> Option<String> {
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
                source: picture.relative().to_path_buf(),
                stamp: item.stamp?,
                hash: item.hash?,
                recipe: recipe.hash,
                max_bytes: recipe.settings.max_bytes(),
            }),
            former: None,
            preset: picture.preset().map(String::from),
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
        item.pictures.retain_mut(|placed| {
            let done = self.settled(placed, stamp);
            let is_open = done.is_none();
            settled.extend(done);
            is_open
        });
    }

    /// Whether a result of this source is known from an earlier run.
    pub(super) fn knows(&self, item: &Item) -> bool {
        let mut all = item.pictures.iter();
        all.any(|placed| self.is_known(&placed.picture.output))
    }

    /// The outcome of a result that needs no work, or must not be made.
    fn settled(&self, placed: &mut Placed, stamp: Option<Stamp>) -> Option<Done> {
        let Placed {
            place,
            picture,
            is_known,
            seen,
        } = placed;
        let place = *place;
        let done = stamp.and_then(|stamp| self.looked_up(picture, stamp, is_known));
        if let Some(done) = done {
            return Some(Done { place, ..done });
        }
        Some(Done {
            place,
            record: self.refusal(picture, seen)?,
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
        let result = match (result, picture.owner()) {
            (Ok(_), Some(owner)) => Err(Failure::collision(output, owner)),
            (result, _) => result.map_err(Failure::from),
        };
        let hash = result.as_ref().ok().and_then(|it| it.perceptual_hash());
        let (record, known) = match result {
            Ok(avatar) => self.deliver(item, placed, avatar),
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
                .for_platform(picture.preset())
                .cost(cost, made.elapsed())
                .took(item.start.elapsed()),
            known,
            broken: is_broken.then(|| output.to_path_buf()),
        }
    }
}

impl Work for Pass<'_> {
    type Item = Item;
    type Outcome = Vec<Done>;

    fn open(&self, item: &mut Item) -> ControlFlow<Vec<Done>, Source> {
        item.start = Instant::now();
        let first = item.pictures.first();
        let path = first.map(|placed| placed.picture.source.to_path_buf());
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
        return_memory(&results);
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

/// Whether rows can be found. A first run looks none up; what it adds itself concerns no later picture.
fn may_have_rows(reader: &Reader) -> bool {
    reader.has_rows().unwrap_or(true)
}

/// Whether the same source will fail again until it changes.
fn lies_in_the_source(error: &Error) -> bool {
    let code = error.code();
    !matches!(code, Code::Io | Code::OutOfMemory | Code::TimedOut)
}
