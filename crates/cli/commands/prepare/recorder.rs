//! Shows what becomes of each file, and keeps what a delivery after the run must know.

use std::path::PathBuf;

use crate::args::Options;
use crate::error::CliError;
use crate::made::Made;
use crate::report::Report;
use crate::report::record::{FileRecord, Summary};

/// The report of a run, and what it made.
pub(super) struct Recorder {
    report: Report,
    made: Made,
}

impl Recorder {
    /// Begins a run of so many files in `inputs`.
    pub(super) fn new(options: &Options, inputs: &[PathBuf], files: u64) -> Result<Self, CliError> {
        Ok(Self {
            report: Report::new(options.display(), &options.reports, files)?,
            made: Made::new(options.upload.after_preparing, inputs),
        })
    }

    /// From now on, of what needs no work nothing is told.
    pub(super) fn news_only(self) -> Self {
        Self {
            report: self.report.news_only(),
            ..self
        }
    }

    /// Returns false once nobody listens any more.
    pub(super) fn file(&mut self, record: &FileRecord) -> bool {
        self.made.add(record);
        self.report.file(record)
    }

    /// Whether somebody still reads the records.
    pub(super) fn is_heard(&self) -> bool {
        self.report.heard
    }

    pub(super) fn summary(&mut self) -> &mut Summary {
        &mut self.report.summary
    }

    /// Ends the run.
    pub(super) fn finish(mut self) -> Made {
        self.made.exit = self.report.finish();
        self.made
    }
}
