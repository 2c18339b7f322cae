//! Records what became of the pictures: at once if there is no new result, otherwise when its tar is written.

use std::sync::atomic::{AtomicBool, Ordering};

use super::super::recorder::Recorder;
use super::tar::Written;
use crate::report::record::FileRecord;
use crate::state::Attempt;

/// Records outcomes, and counts them.
pub(super) struct Finished<'a> {
    report: &'a mut Recorder,
    count: u64,
    total: u64,
    stop: &'a AtomicBool,
}

impl<'a> Finished<'a> {
    /// For a run over this many pictures. `stop` is set once standard output is closed.
    pub(super) fn new(report: &'a mut Recorder, total: u64, stop: &'a AtomicBool) -> Self {
        Self {
            report,
            count: 0,
            total,
            stop,
        }
    }

    pub(super) fn add(&mut self, record: FileRecord, attempt: Option<Attempt>) {
        self.count += 1;
        if !self.report.tried(record, attempt) {
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Records the pictures of a tar.
    pub(super) fn add_tar(&mut self, tar: Written) {
        self.report.hold();
        for record in tar.records() {
            self.add(record, None);
        }
        if !self.report.release() {
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Records how many pictures were not started.
    pub(super) fn finish(self) {
        let not_started = self.total.saturating_sub(self.count);
        // A closed pipe also stops the run, and that is not an interrupt.
        let is_interrupted = self.stop.load(Ordering::Relaxed) && self.report.stdout_open();
        let summary = self.report.summary();
        summary.not_started = not_started;
        summary.interrupted = is_interrupted && not_started > 0;
    }
}
