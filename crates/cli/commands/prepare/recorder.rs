//! Records the outcome of each file: in the report, and for a delivery after the run.

use std::path::PathBuf;

use crate::args::Options;
use crate::error::CliError;
use crate::made::Made;
use crate::report::Report;
use crate::report::record::{FileRecord, Summary};

/// The report of a run and the list of what it made.
pub(super) struct Recorder {
    report: Report,
    made: Made,
}

impl Recorder {
    /// Starts recording a run over this many files in `inputs`.
    pub(super) fn new(options: &Options, inputs: &[PathBuf], files: u64) -> Result<Self, CliError> {
        Ok(Self {
            report: Report::new(options.display(), &options.reports, files)?,
            made: Made::new(options.upload.after_preparing, inputs),
        })
    }

    /// From now on, files that need no work are not printed.
    pub(super) fn changes_only(self) -> Self {
        Self {
            report: self.report.changes_only(),
            ..self
        }
    }

    /// Records one file. Returns false once standard output is closed.
    pub(super) fn file(&mut self, record: &FileRecord) -> bool {
        self.made.add(record);
        self.report.file(record)
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
