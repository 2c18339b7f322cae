//! What the cache and the folder of results say about a picture before it is made.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::guard::{self, Seen};
use super::super::item::Done;
use super::super::known::up_to_date;
use super::Pass;
use crate::clock;
use crate::failure::Failure;
use crate::files::fingerprint::{Hash, Stamp};
use crate::naming::Picture;
use crate::report::record::{Change, FileRecord};
use crate::state::{Known, Origin};

impl Pass<'_> {
    /// The outcome of a picture whose result exists and would come out the same.
    pub(crate) fn up_to_date(&self, picture: &Picture, stamp: Stamp) -> Option<Done> {
        self.looked_up(picture, stamp, &mut None)
    }

    /// The same; says in `is_known` whether a result of that name is known at all, if that was looked
    /// up.
    pub(super) fn looked_up(
        &self,
        picture: &Picture,
        stamp: Stamp,
        is_known: &mut Option<bool>,
    ) -> Option<Done> {
        if self.force || picture.owner().is_some() {
            return None;
        }
        let output = picture.output.strip_prefix(self.out?).ok()?;
        *is_known = Some(false);
        let mut rows = self.readers.iter();
        let (known, is_new) = rows.find_map(|reader| {
            let known = reader.find(output).ok()??;
            *is_known = Some(true);
            self.still_true(picture, stamp, known)
        })?;
        let hash = known.details.perceptual_hash.as_deref();
        Some(Done {
            place: 0,
            hash: hash.and_then(|hash| hash.parse().ok()),
            record: up_to_date(picture, &known.details, known.stamp.bytes)
                .for_platform(picture.preset()),
            known: is_new.then_some(known),
            broken: None,
            attempt: None,
        })
    }

    /// Why the result of a picture must not be written: there is a file that this program did not
    /// make, or the result of a source of another run.
    pub(crate) fn refusal(&self, picture: &Picture, seen: &mut Seen) -> Option<FileRecord> {
        let output = &picture.output;
        if self.overwrite || picture.owner().is_some() {
            return None;
        }
        let before = *seen;
        let failure = guard::refusal(output, seen, || self.known_at(output)).or_else(|| {
            let is_new = seen.is_file() && *seen != before;
            let known = self.known_at(output).filter(|_| is_new)?;
            let other = self.other_source(picture, &known)?;
            Some(Failure::collision_of_runs(output, &other))
        })?;
        let record = FileRecord::failed(&picture.source, Some(output), failure);
        Some(record.for_platform(picture.preset()))
    }

    /// The source of a result, if it is not this picture and another run would make it again.
    fn other_source(&self, picture: &Picture, known: &Known) -> Option<PathBuf> {
        // A leftover: the source has a result of another name.
        let origin = known.origin.as_ref().filter(|_| !known.is_replaced())?;
        let given = |root: &Path| self.readers.iter().find_map(|it| it.given(root).ok()?);
        self.inputs.other_source(picture, origin, given)
    }

    /// How a new result compares with the last run.
    pub(crate) fn change_of(&self, output: &Path) -> Change {
        match self.is_known(output) {
            true => Change::Changed,
            false => Change::New,
        }
    }

    /// Whether there is a row of a name in the cache.
    pub(super) fn is_known(&self, output: &Path) -> bool {
        let output = self.out.and_then(|out| output.strip_prefix(out).ok());
        let mut readers = self.readers.iter();
        output.is_some_and(|output| readers.any(|it| it.has(output).unwrap_or(false)))
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
        let same_place = origin.source == picture.relative() && *origin.root == *picture.root;
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
            source: picture.relative().to_path_buf(),
            stamp,
            ..origin.clone()
        };
        // A result that had been replaced is the current one of its source again.
        let preset = picture.preset().map(String::from);
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
}
