//! Puts results into tars, in the order of the plan, and hands full tars to the thread that writes them.

use std::num::NonZeroUsize;
use std::sync::mpsc::SyncSender;

use super::super::plan_order::PlanOrder;
use super::finished::Finished;
use super::made::{Made, Sample};
use super::memory::Memory;
use super::opened::Packs;
use super::tar::Closed;
use crate::args::Options;
use crate::failure::Failure;
use crate::near_duplicates::NearDuplicates;
use crate::packs::index::SampleRow;
use crate::packs::place::TarPlace;
use crate::packs::tar::Tar;
use crate::report::record::FileRecord;

/// Fills one tar after the other.
pub(super) struct Packer<'a> {
    order: PlanOrder<Made>,
    earlier: NearDuplicates,
    /// Bytes of the results that wait for their turn, and the most of them.
    waiting: u64,
    most_waiting: u64,
    names: Box<dyn Iterator<Item = String> + 'a>,
    place: &'a TarPlace<'a>,
    most: usize,
    room: u64,
    open: Option<Open>,
    to_writer: SyncSender<Closed>,
}

/// The tar that is filled.
struct Open {
    name: String,
    tar: Tar,
    rows: Vec<SampleRow>,
    records: Vec<FileRecord>,
}

impl<'a> Packer<'a> {
    pub(super) fn new(
        (options, packs): (&Options, &'a Packs<'a>),
        memory: &Memory,
        to_writer: SyncSender<Closed>,
    ) -> Self {
        Self {
            order: PlanOrder::new(),
            earlier: NearDuplicates::default(),
            waiting: 0,
            most_waiting: memory.waiting,
            names: Box::new(packs.packed.free(options.shard)),
            place: &packs.place,
            most: options.pack.map_or(1, NonZeroUsize::get),
            room: memory.tar,
            open: None,
            to_writer,
        }
    }

    /// Takes what a worker made. The order of the plan makes tars equal whatever the number of workers; only if one
    /// picture holds up too many others do they overtake it.
    pub(super) fn add(&mut self, made: Made, finished: &mut Finished<'_>) {
        self.waiting += weight(&made);
        for made in self.order.add(made.done.place, made) {
            self.take(made, finished);
        }
        while self.waiting > self.most_waiting {
            let Some(made) = self.order.overtake() else {
                return;
            };
            self.take(made, finished);
        }
    }

    /// Packs what still waits, and ends the last tar.
    pub(super) fn finish(mut self, finished: &mut Finished<'_>) {
        let order = std::mem::replace(&mut self.order, PlanOrder::new());
        for made in order.rest() {
            self.take(made, finished);
        }
        self.close();
    }

    fn take(&mut self, made: Made, finished: &mut Finished<'_>) {
        self.waiting -= weight(&made);
        let Made { done, sample } = made;
        let hash = done.hash;
        let near = hash.and_then(|hash| self.earlier.add(&done.record.source, hash));
        let record = done.record.like_an_earlier_one(near.as_ref());
        let Some(sample) = sample else {
            finished.add(record, done.attempt);
            return;
        };
        if let Err(record) = self.pack(sample, record) {
            finished.add(*record, None);
        }
    }

    /// Puts a result into the open tar; gives its record back, as a failure, if there is no memory.
    fn pack(&mut self, sample: Sample, record: FileRecord) -> Result<(), Box<FileRecord>> {
        if self.open.is_none() {
            self.open = self.begin();
        }
        let Some(open) = &mut self.open else {
            return Err(Box::new(record.failing(&Failure::no_room_for_a_tar())));
        };
        let Sample { picture, row } = sample;
        let tar = self.place.shown_tar(&open.name);
        let (jpg, json) = (format!("{}.jpg", row.key), format!("{}.json", row.key));
        let record = record.in_tar(Some(tar), Some(&row.key));
        let inside = record.lasting(&open.name);
        if !open.tar.add(&[(&jpg, &picture), (&json, &inside)]) {
            return Err(Box::new(record.failing(&Failure::no_room_for_a_tar())));
        }
        open.rows.push(row);
        open.records.push(record);
        if open.rows.len() >= self.most {
            self.close();
        }
        Ok(())
    }

    fn begin(&mut self) -> Option<Open> {
        Some(Open {
            tar: Tar::with_room(self.room)?,
            name: self.names.next()?,
            rows: Vec::new(),
            records: Vec::new(),
        })
    }

    fn close(&mut self) {
        let closed = self.open.take().map(|open| Closed {
            name: open.name,
            tar: open.tar.finish(),
            rows: open.rows,
            records: open.records,
        });
        // The thread that writes ends after this sender is gone.
        closed
            .into_iter()
            .for_each(|closed| drop(self.to_writer.send(closed)));
    }
}

/// The bytes of a result that waits.
fn weight(made: &Made) -> u64 {
    made.sample
        .as_ref()
        .map_or(0, |sample| sample.picture.len() as u64)
}
