//! Looks at results and fetches sources: at what is remembered first, then, where that is not enough,
//! at the result itself. Only what has to be made is fetched.

use std::fs;

use avatar_stores::{Answer, Get, Got, Head, Mode, Object, Step, Steps, StoreError};

use super::super::feed::{fail, first_get, got_source};
use super::super::known::up_to_date;
use super::item::{Outcome, StoreItem, names};
use super::pass::StorePass;
use crate::failure::Failure;
use crate::files::fingerprint::Stamp;
use crate::files::object::Fetched;
use crate::naming::Picture;
use crate::objects::mark::{self, Mark};
use crate::objects::results::Existing;
use crate::objects::segment::ResultRow;
use crate::state::Details;

impl Steps for StorePass<'_> {
    type Item = StoreItem;

    fn next(&self, item: &mut StoreItem, answer: Answer) -> Step {
        match answer {
            Answer::None => match item.item.object().cloned() {
                Some(object) => {
                    item.item.stamp = object.stamp();
                    item.version.clone_from(&object.version);
                    self.look(item)
                }
                None => Step::Decide,
            },
            Answer::Decided => self.look(item),
            Answer::Head(found) => {
                self.looked(item, found);
                self.look(item)
            }
            Answer::Got(got) => self.got(item, got),
            Answer::Put(_) => Step::Ready,
        }
    }

    fn decide(&self, item: &mut StoreItem) {
        item.version = local_version(item);
    }
}

impl StorePass<'_> {
    /// Looks at one result after the other, then at the source.
    fn look(&self, item: &mut StoreItem) -> Step {
        while let Some(placed) = item.item.pictures.get(item.next) {
            let output = self.output(&placed.picture);
            let row = self.results.rows.get(&*output);
            let slot = item.slots.get_mut(item.next);
            if output.is_empty()
                && let Some(slot) = slot
            {
                let failure = Failure::bad_name("it is not UTF-8, and the keys of objects are");
                slot.outcome = Some(self.failed(placed.place, &placed.picture, failure));
                item.next += 1;
                continue;
            }
            let slot = item.slots.get_mut(item.next);
            match (self.results.existing(&output), slot) {
                (Existing::Absent, _) | (_, None) => {}
                (Existing::Present(object), Some(slot)) => match row {
                    Some(row) if row.version == object.version => {
                        slot.mode = Mode::Replace(object.version.clone());
                        slot.row = Some(row.clone());
                    }
                    _ => return self.head(&output),
                },
                (Existing::Unknown, Some(_)) => return self.head(&output),
            }
            item.next += 1;
        }
        self.source(item)
    }

    fn head(&self, output: &str) -> Step {
        Step::Head(self.results.store.clone(), self.results.key(output))
    }

    /// Takes what a result says of itself.
    fn looked(&self, item: &mut StoreItem, found: Result<Option<Head>, StoreError>) {
        let place = item.next;
        item.next += 1;
        let (Some(slot), Some(placed)) = (item.slots.get_mut(place), item.item.pictures.get(place))
        else {
            return;
        };
        let picture = &placed.picture;
        let outcome = |failure| self.failed(placed.place, picture, failure);
        match found {
            Err(error) => slot.outcome = Some(outcome(Failure::from(&error))),
            Ok(None) => {}
            Ok(Some(head)) => {
                let known = self.results.rows.get(&*self.output(picture));
                let known = known.filter(|row| row.version == head.object.version);
                let row = known.cloned().or_else(|| {
                    let mark = Mark::parse(&head.metadata)?;
                    Some(self.row_of(picture, &mark, &head.object))
                });
                match row {
                    Some(row) => {
                        slot.mode = Mode::Replace(head.object.version);
                        slot.row = Some(row);
                    }
                    None if self.overwrite => slot.mode = Mode::Overwrite,
                    None => {
                        slot.outcome = Some(outcome(Failure::foreign_output(&picture.output)));
                    }
                }
            }
        }
    }

    /// The row of a result whose segment is lost.
    fn row_of(&self, picture: &Picture, mark: &Mark, object: &Object) -> ResultRow {
        let (root, source) = names(picture);
        let is_same = mark.from == mark::from(&root, &source);
        ResultRow {
            output: self.output(picture).into(),
            version: object.version.clone(),
            bytes: object.size,
            hash: mark.hash.clone(),
            at: self.now,
            // The mark holds no names, so another source has none here.
            root: if is_same { root } else { String::new() },
            source: if is_same { source } else { String::new() },
            source_version: mark.source_version.clone(),
            source_hash: mark.source_hash.clone(),
            recipe: mark.recipe.clone(),
            max_bytes: mark
                .max_bytes
                .unwrap_or_else(|| self.pass.recipe_of(picture).settings.max_bytes()),
            preset: picture.preset().map(Into::into),
            details: Details {
                edge: mark.edge,
                ..Details::default()
            },
        }
    }

    /// Settles what is up to date, and fetches the source for the rest.
    fn source(&self, item: &mut StoreItem) -> Step {
        if let Some(version) = item.version.clone() {
            self.settle(item, &version);
        }
        let Some(object) = item.item.object().cloned() else {
            return Step::Ready;
        };
        if item.is_settled() {
            return Step::Ready;
        }
        let get = first_get(&object);
        let unless = match item.version {
            None => self.common_version(item),
            Some(_) => None,
        };
        Step::Get(Get { unless, ..get })
    }

    /// The version of the source from which all results were made, if all would be up to date.
    fn common_version(&self, item: &StoreItem) -> Option<String> {
        let mut common = None;
        let open = item.slots.iter().zip(&item.item.pictures);
        for (slot, placed) in open.filter(|(slot, _)| slot.outcome.is_none()) {
            let row = slot.row.as_ref()?;
            let version = row.source_version.clone()?;
            if !self.would_be(row, &placed.picture, &version)
                || common.as_ref().is_some_and(|it| *it != version)
            {
                return None;
            }
            common = Some(version);
        }
        common
    }

    fn got(&self, item: &mut StoreItem, got: Result<Got, StoreError>) -> Step {
        let Some(object) = item.item.object().cloned() else {
            return Step::Ready;
        };
        match got {
            Err(error) => fail(&mut item.item, error),
            Ok(Got::Unchanged) => {
                if let Some(version) = self.common_version(item) {
                    self.settle(item, &version);
                }
                Step::Ready
            }
            Ok(got) => {
                let step = got_source(&mut item.item, &object, got);
                if let Some(Fetched::Body(body)) = &item.item.fetched {
                    item.version = Some(body.version().into());
                }
                step
            }
        }
    }

    /// Settles every result that would come out the same from this version of the source.
    pub(super) fn settle(&self, item: &mut StoreItem, version: &str) {
        let all = item.slots.iter_mut().zip(&item.item.pictures);
        for (slot, placed) in all.filter(|(slot, _)| slot.outcome.is_none()) {
            let picture = &placed.picture;
            let row = slot.row.as_ref().filter(|_| picture.owner().is_none());
            if let Some(row) = row.filter(|row| self.would_be(row, picture, version)) {
                slot.outcome = Some(self.same(placed.place, picture, row, Some(version)));
            }
        }
    }

    /// Whether a result is what this version of the source would give.
    fn would_be(&self, row: &ResultRow, picture: &Picture, version: &str) -> bool {
        row.source_version.as_deref() == Some(version) && self.is_recipe(row, picture)
    }

    /// The outcome of a result that is up to date.
    pub(super) fn same(
        &self,
        place: usize,
        picture: &Picture,
        row: &ResultRow,
        version: Option<&str>,
    ) -> Outcome {
        let now = ResultRow {
            source_version: version.map(Into::into),
            preset: picture.preset().map(Into::into),
            ..row.clone()
        };
        let record = up_to_date(picture, &row.details, row.bytes);
        let hash = row.details.perceptual_hash.as_deref();
        // A row that is remembered already needs no new one.
        let is_known = self.results.rows.get(&row.output) == Some(&now);
        Outcome {
            place,
            record: record.for_platform(picture.preset()),
            hash: hash.and_then(|hash| hash.parse().ok()),
            row: (!is_known).then_some(now),
        }
    }
}

/// The version of a file; none if it may still be changing.
fn local_version(item: &mut StoreItem) -> Option<String> {
    let source = &item.item.pictures.first()?.picture.source;
    let stamp = Stamp::of_source(&fs::metadata(source).ok()?);
    item.item.stamp = Some(stamp);
    Some(format!("file:{}:{}", stamp.bytes, stamp.written?))
}
