//! The documented record of a run, schema 1.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::record::{Change, FileRecord, SCHEMA, Status, UP_TO_DATE, milliseconds};

/// How many results there are of each kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Default)]
pub struct Changes {
    pub new: u64,
    pub changed: u64,
    pub same: u64,
    /// Known with `--report` only.
    pub removed: Option<u64>,
}

/// The whole run.
#[derive(Debug, Serialize)]
pub struct Summary {
    event: &'static str,
    schema: u32,
    pub ok: u64,
    pub failed: u64,
    pub skipped: u64,
    /// How many of the skipped are up to date.
    pub up_to_date: u64,
    pub planned: u64,
    /// How many of the failed did so before, in the same way.
    pub failed_before: u64,
    /// How many files have a note that is a warning.
    pub warnings: u64,
    pub changes: Changes,
    pub not_started: u64,
    pub bytes: u64,
    pub ms: f64,
    pub interrupted: bool,
    /// What a dry run expects to write.
    pub predicted_bytes: Option<u64>,
    pub predicted_ms: Option<f64>,
    /// How many files failed with each code.
    pub codes: BTreeMap<&'static str, u64>,
    /// What to do next, as sentences.
    pub next: Vec<String>,
}

impl Summary {
    pub(super) fn new() -> Self {
        Self {
            event: "summary",
            schema: SCHEMA,
            ok: 0,
            failed: 0,
            skipped: 0,
            up_to_date: 0,
            planned: 0,
            failed_before: 0,
            warnings: 0,
            changes: Changes::default(),
            not_started: 0,
            bytes: 0,
            ms: 0.0,
            interrupted: false,
            predicted_bytes: None,
            predicted_ms: None,
            codes: BTreeMap::new(),
            next: Vec::new(),
        }
    }

    pub fn add(&mut self, record: &FileRecord) {
        match record.status {
            Status::Ok => self.ok += 1,
            Status::Failed => self.failed += 1,
            Status::Skipped => self.skipped += 1,
            Status::Planned => self.planned += 1,
        }
        if let (Status::Failed, Some(code)) = (record.status, record.code) {
            *self.codes.entry(code).or_default() += 1;
        }
        match record.change {
            Some(Change::New) => self.changes.new += 1,
            Some(Change::Changed) => self.changes.changed += 1,
            Some(Change::Same) => self.changes.same += 1,
            None => {}
        }
        self.failed_before += u64::from(record.is_known_failure);
        self.warnings += u64::from(!record.warnings.is_empty());
        if record.code == Some(UP_TO_DATE) {
            self.up_to_date += 1;
        }
        if record.status == Status::Ok {
            self.bytes += record.bytes.unwrap_or(0);
        }
    }

    /// The number of files in the run.
    pub fn files(&self) -> u64 {
        self.ok + self.failed + self.skipped + self.planned + self.not_started
    }

    pub fn predict(&mut self, prediction: Prediction) {
        self.predicted_bytes = Some(prediction.bytes);
        self.predicted_ms = Some(milliseconds(prediction.time));
    }

    pub fn took(&mut self, time: Duration) {
        self.ms = milliseconds(time);
    }
}

/// The expected bytes of all results and the expected time of the run.
#[derive(Debug, Clone, Copy)]
pub struct Prediction {
    pub bytes: u64,
    pub time: Duration,
}
