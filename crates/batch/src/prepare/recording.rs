//! Records what workers finish, in the order of the plan.

use std::sync::atomic::{AtomicBool, Ordering};

use avatar_prepare::PerceptualHash;

use super::plan_order::PlanOrder;
use super::recorder::Recorder;
use crate::near_duplicates::NearDuplicates;
use crate::report::record::FileRecord;
use crate::state::Attempt;

/// A record, the perceptual hash of a result that exists, and what was tried if it failed.
pub(super) type Recorded = (FileRecord, Option<PerceptualHash>, Option<Attempt>);

/// Puts records into the order of the plan.
pub(super) struct Recording<'a> {
    report: &'a mut Recorder,
    order: PlanOrder<Recorded>,
    earlier: NearDuplicates,
    finished: u64,
    total: u64,
    stop: &'a AtomicBool,
}

impl<'a> Recording<'a> {
    /// For a run over this many pictures. `stop` is set once standard output is closed.
    pub(super) fn new(report: &'a mut Recorder, total: u64, stop: &'a AtomicBool) -> Self {
        Self {
            report,
            order: PlanOrder::new(),
            earlier: NearDuplicates::default(),
            finished: 0,
            total,
            stop,
        }
    }

    /// Adds outcomes that came together; their records are printed together.
    pub(super) fn add_all(&mut self, all: impl Iterator<Item = (usize, Recorded)>) {
        self.report.hold();
        all.for_each(|(place, recorded)| self.add(place, recorded));
        if !self.report.release() {
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Adds the outcome of the picture with this place in the plan.
    pub(super) fn add(&mut self, place: usize, recorded: Recorded) {
        self.finished += 1;
        for recorded in self.order.add(place, recorded) {
            if !record(self.report, &mut self.earlier, recorded) {
                self.stop.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Records what still waits, and how many pictures were not started.
    pub(super) fn finish(self) {
        let (report, mut earlier) = (self.report, self.earlier);
        for recorded in self.order.rest() {
            record(report, &mut earlier, recorded);
        }
        let not_started = self.total.saturating_sub(self.finished);
        // A closed pipe also stops the run, and that is not an interrupt.
        let is_stopped = self.stop.load(Ordering::Relaxed) && report.stdout_open();
        let summary = report.summary();
        summary.not_started = not_started;
        summary.interrupted = is_stopped && not_started > 0;
    }
}

fn record(
    report: &mut Recorder,
    earlier: &mut NearDuplicates,
    (record, hash, attempt): Recorded,
) -> bool {
    let near = hash.and_then(|hash| earlier.add(&record.source, hash));
    report.tried(record.like_an_earlier_one(near.as_ref()), attempt)
}
