//! Records the outcome of each file: in the report, in contact sheets, and for a delivery after the
//! run.

use std::path::PathBuf;
use std::sync::Arc;

use avatar_prepare::Mask;

use super::history::History;
use crate::args::Options;
use crate::error::CliError;
use crate::exit::Exit;
use crate::made::Made;
use crate::making::Observer;
use crate::report::record::{FileRecord, Removed};
use crate::report::summary::Summary;
use crate::report::{Report, console};
use crate::sheet::{Sheets, Workers};
use crate::state::Attempt;

/// The report of a run and the list of what it made.
pub(super) struct Recorder {
    report: Report,
    made: Made,
    history: History,
    sheets: Sheets,
    workers: Workers,
    observer: Option<Arc<dyn Observer>>,
}

impl Recorder {
    /// Starts recording a run over this many files in `inputs`.
    pub(super) fn new(options: &Options, inputs: &[PathBuf], files: u64) -> Result<Self, CliError> {
        let is_round = options.settings.framing().mask() == Mask::Circle;
        Ok(Self {
            report: Report::new(options.display(), &options.files(), files)?,
            made: Made::new(options.upload.after_preparing, inputs),
            history: History::default(),
            sheets: Sheets::new(&options.sheets, is_round)?,
            workers: Workers {
                limits: options.limits,
                jobs: options.jobs,
                memory: options.memory,
            },
            observer: None,
        })
    }

    /// Adds to failures since when they are known.
    pub(super) fn with_history(self, history: History) -> Self {
        Self { history, ..self }
    }

    /// Lets `observer` watch a run over this many files.
    pub(super) fn watched_by(self, observer: Option<&Arc<dyn Observer>>, files: u64) -> Self {
        observer.into_iter().for_each(|it| it.found(files));
        Self {
            observer: observer.cloned(),
            ..self
        }
    }

    /// The failures of earlier runs and of this one.
    pub(super) fn take_history(&mut self) -> History {
        std::mem::take(&mut self.history)
    }

    /// Adds the results whose source is gone.
    pub(super) fn removed(&mut self, removed: Vec<Removed>) {
        self.report.removed = removed;
    }

    /// From now on, files that need no work, or fail as they did before, are not printed.
    pub(super) fn changes_only(self) -> Self {
        Self {
            report: self.report.changes_only(),
            ..self
        }
    }

    /// Records one file. Returns false once standard output is closed.
    pub(super) fn file(&mut self, record: FileRecord) -> bool {
        self.tried(record, None)
    }

    /// Like [`file`](Self::file), of a result that was tried and perhaps could not be made.
    pub(super) fn tried(&mut self, mut record: FileRecord, attempt: Option<Attempt>) -> bool {
        self.history.note(&mut record, attempt);
        self.made.add(&record);
        self.observer.iter().for_each(|it| it.finished(&record));
        let goes_on = self.report.file(&record);
        if self.sheets.is_wanted() {
            self.sheets.add(record);
        }
        goes_on
    }

    /// From now on, records for programs wait to be printed together.
    pub(super) fn hold(&mut self) {
        self.report.hold();
    }

    /// Prints them. Returns false once standard output is closed.
    pub(super) fn release(&mut self) -> bool {
        self.report.release()
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

    /// Completes the report and the sheets.
    pub(super) fn finish(mut self) -> Made {
        let is_complete = self.write_sheets();
        self.made.exit = self.report.finish();
        if !is_complete {
            self.made.exit = self.made.exit.or(Exit::SomeFailed);
        }
        self.made
    }

    /// Writes the sheets, except after an interrupt: thumbnails take time. Returns whether all were
    /// written.
    fn write_sheets(&mut self) -> bool {
        let none = Sheets::default();
        let sheets = std::mem::replace(&mut self.sheets, none);
        if self.report.summary.interrupted && sheets.is_wanted() {
            console::print_warning("interrupted: no sheet was written");
            return true;
        }
        let warnings = sheets.write(&self.workers);
        warnings
            .iter()
            .for_each(|text| console::print_warning(text));
        warnings.is_empty()
    }
}
