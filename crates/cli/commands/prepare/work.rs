//! One picture on its worker: skipped if its result is up to date, else prepared and published.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use avatar_prepare::{Avatar, Code, Cost, Error, PerceptualHash, Settings, Source, Work};

use super::guard;
use super::known::{details, unwritable, up_to_date};
use crate::args::Options;
use crate::failure::Failure;
use crate::files::fingerprint::{Hash, Stamp};
use crate::files::publish::publish;
use crate::naming::{Picture, portable};
use crate::recipe::Recipe;
use crate::report::record::{Change, FileRecord, Status};
use crate::state::{Intents, Known, Origin, Reader};

/// A picture in the queue, with what its worker learns about the source.
pub(crate) struct Item {
    picture: Picture,
    /// Its place in the plan.
    place: usize,
    /// When a worker took it.
    start: Instant,
    stamp: Option<Stamp>,
    hash: Option<Hash>,
    cost: Cost,
}

impl Item {
    pub(crate) fn new(place: usize, picture: Picture) -> Self {
        Self {
            picture,
            place,
            start: Instant::now(),
            stamp: None,
            hash: None,
            cost: Cost::default(),
        }
    }
}

/// The outcome of a picture, and what the cache should keep of it.
pub(crate) struct Done {
    /// Its place in the plan.
    pub(crate) place: usize,
    pub(crate) record: FileRecord,
    pub(crate) known: Option<Known>,
    /// The perceptual hash of a result that exists.
    pub(crate) hash: Option<PerceptualHash>,
    /// The source, if it will fail again until it changes.
    pub(crate) broken: Option<PathBuf>,
}

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
            recipe: Recipe::new(options.settings.clone()),
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
            record: up_to_date(&picture.source, &picture.output, &known),
            known: is_new.then_some(known),
            broken: None,
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
        Some(FileRecord::failed(&picture.source, Some(output), failure))
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
        if origin.recipe != self.recipe_of(picture).hash {
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
        let is_new = !(source_proven && result_proven) || known.former.is_some();
        let known = Known {
            stamp: result,
            origin: Some(origin),
            former: None,
            ..known
        };
        Some((known, is_new))
    }

    /// Publishes a result; returns its record and its cache row.
    fn deliver(&self, item: &Item, avatar: &Avatar) -> (FileRecord, Option<Known>) {
        let Picture { source, output, .. } = &item.picture;
        // Check again, because the file may have appeared while the picture was made.
        if let Some(record) = self.refusal(&item.picture) {
            return (record, None);
        }
        let change = self.change_of(output);
        let known = self.known(item, avatar);
        if let (Some(intents), Some(known)) = (self.intents, &known) {
            let recipe = self.recipe_of(&item.picture);
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
    fn known(&self, item: &Item, avatar: &Avatar) -> Option<Known> {
        let picture = &item.picture;
        let recipe = self.recipe_of(picture);
        Some(Known {
            output: picture.output.strip_prefix(self.out?).ok()?.to_path_buf(),
            stamp: Stamp {
                bytes: avatar.bytes().len() as u64,
                written: None,
            },
            hash: Hash::of(avatar.bytes()),
            at: now(),
            origin: Some(Origin {
                root: picture.root.to_path_buf(),
                source: picture.relative.clone(),
                stamp: item.stamp?,
                hash: item.hash?,
                recipe: recipe.hash,
                max_bytes: recipe.settings.max_bytes(),
            }),
            former: None,
            details: details(avatar),
        })
    }
}

impl Work for Pass<'_> {
    type Item = Item;
    type Outcome = Done;

    fn open(&self, item: &mut Item) -> ControlFlow<Done, Source> {
        item.start = Instant::now();
        let source = &item.picture.source;
        // Taken before it is read, so that a later write looks new to the next run.
        if self.out.is_some() {
            let metadata = fs::metadata(source);
            item.stamp = metadata.ok().as_ref().map(Stamp::of_source);
        }
        let done = item
            .stamp
            .and_then(|stamp| self.up_to_date(&item.picture, stamp));
        let place = item.place;
        if let Some(done) = done {
            return ControlFlow::Break(Done { place, ..done });
        }
        match self.refusal(&item.picture) {
            Some(record) => ControlFlow::Break(Done {
                place,
                record,
                known: None,
                hash: None,
                broken: None,
            }),
            None => ControlFlow::Continue(Source::Path(source.clone())),
        }
    }

    fn settings(&self, item: &Item) -> Option<Settings> {
        let own = item.picture.recipe.as_ref()?;
        Some(own.settings.clone())
    }

    fn read(&self, item: &mut Item, encoded: &[u8]) {
        if self.out.is_some() {
            item.hash = Some(Hash::of(encoded));
        }
    }

    fn cost(&self, item: &mut Item, cost: &Cost) {
        item.cost = *cost;
    }

    fn publish(&self, item: Item, result: Result<Avatar, Error>) -> Done {
        let made = Instant::now();
        let Picture { source, output, .. } = &item.picture;
        let is_broken = result.as_ref().is_err_and(lies_in_the_source);
        let broken = is_broken.then(|| source.clone());
        let result = match (result, &item.picture.owner) {
            (Ok(_), Some(owner)) => Err(Failure::collision(output, owner)),
            (result, _) => result.map_err(|error| Failure::from(&error)),
        };
        let hash = result.as_ref().ok().and_then(Avatar::perceptual_hash);
        let (record, known) = match result {
            Ok(avatar) => self.deliver(&item, &avatar),
            Err(failure) => (FileRecord::failed(source, Some(output), failure), None),
        };
        Done {
            place: item.place,
            hash: hash.filter(|_| record.status == Status::Ok),
            record: record
                .cost(&item.cost, made.elapsed())
                .took(item.start.elapsed()),
            known,
            broken,
        }
    }
}

/// Whether the same source will fail again until it changes.
fn lies_in_the_source(error: &Error) -> bool {
    let code = error.code();
    !matches!(code, Code::Io | Code::OutOfMemory | Code::TimedOut)
}

/// Seconds since 1970.
fn now() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs() as i64)
}
