//! Records the outcome of each file: in the report, and for a delivery after the run.

use std::path::PathBuf;

use super::history::History;
use crate::args::Options;
use crate::error::CliError;
use crate::made::Made;
use crate::report::Report;
use crate::report::record::{FileRecord, Removed, Summary};

/// The report of a run and the list of what it made.
pub(super) struct Recorder {
    report: Report,
    made: Made,
    history: History,
}

impl Recorder {
    /// Starts recording a run over this many files in `inputs`.
    pub(super) fn new(options: &Options, inputs: &[PathBuf], files: u64) -> Result<Self, CliError> {
        Ok(Self {
            report: Report::new(options.display(), &options.files(), files)?,
            made: Made::new(options.upload.after_preparing, inputs),
            history: History::default(),
        })
    }

    /// Adds to failures since when they are known.
    pub(super) fn with_history(self, history: History) -> Self {
        Self { history, ..self }
    }

    /// The failures of earlier runs and of this one.
    pub(super) fn take_history(&mut self) -> History {
        std::mem::take(&mut self.history)
    }

    /// Adds the results whose source is gone.
    pub(super) fn removed(&mut self, removed: Vec<Removed>) {
        self.report.removed = removed;
    }

    /// From now on, files that need no work are not printed.
    pub(super) fn changes_only(self) -> Self {
        Self {
            report: self.report.changes_only(),
            ..self
        }
    }

    /// Records one file. Returns false once standard output is closed.
    pub(super) fn file(&mut self, mut record: FileRecord) -> bool {
        self.history.note(&mut record);
        self.made.add(&record);
        self.report.file(&record)
    }

    /// Whether the run ended before all files were processed.
    pub(super) fn is_cut_short(&mut self) -> bool {
        self.report.summary.not_started > 0
    }

    /// Whether standard output can still be written.
    pub(super) fn stdout_open(&self) -> bool {
        self.report.stdout_open
    }

    pub(super) fn summary(&mut self) -> &mut Summary {
        &mut self.report.summary
    }

    /// Completes the report.
    pub(super) fn finish(mut self) -> Made {
        self.made.exit = self.report.finish();
        self.made
    }
}
