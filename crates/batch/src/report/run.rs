//! Prints records as they come, counts them, writes the report files and chooses the exit code.

use std::time::Instant;

use super::advice;
use super::console::{self, Console};
use super::display::{Display, Files};
use super::file::ReportFile;
use super::record::{FileRecord, Removed, Status};
use super::summary::Summary;
use crate::error::CliError;
use crate::exit::Exit;

/// The report of one run.
pub struct Report {
    console: Console,
    files: Vec<ReportFile>,
    pub summary: Summary,
    start: Instant,
    /// Whether standard output can still be written.
    pub stdout_open: bool,
    /// Whether files that needed no work, or fail as they did before, are left out.
    changes_only: bool,
    /// How many files were not left out.
    news: u64,
    strict: bool,
    /// How many files of this run have a warning, without those that were up to date.
    new_warnings: u64,
    only_new_failures: bool,
    /// Results whose source is gone, if a report file needs them.
    pub removed: Vec<Removed>,
}

impl Report {
    /// Starts the report of a run over this many files; it is also written to the files in `reports`.
    pub fn new(display: Display, reports: &Files<'_>, files: u64) -> Result<Self, CliError> {
        let mark = reports.byte_order_mark;
        let started = reports
            .paths
            .iter()
            .map(|path| ReportFile::create(path, mark));
        Ok(Self {
            strict: display.strict,
            new_warnings: 0,
            only_new_failures: display.only_new_failures,
            removed: Vec::new(),
            files: started.collect::<Result<_, _>>()?,
            console: Console::new(display, files),
            summary: Summary::new(),
            start: Instant::now(),
            stdout_open: true,
            changes_only: false,
            news: 0,
        })
    }

    /// From now on, files that need no work, or fail as they did before, are not printed.
    pub fn changes_only(mut self) -> Self {
        self.changes_only = true;
        self
    }

    /// Records one file. Returns false once standard output is closed.
    pub fn file(&mut self, record: &FileRecord) -> bool {
        self.summary.add(record);
        self.new_warnings += u64::from(record.has_new_warning());
        for file in &mut self.files {
            file.add(record);
        }
        let is_old = record.status == Status::Skipped || record.is_known_failure;
        if self.changes_only && is_old {
            return self.stdout_open;
        }
        self.news += 1;
        self.stdout_open &= self.console.file(record).is_ok();
        self.stdout_open
    }

    /// From now on, records for programs wait to be printed together.
    pub fn hold(&mut self) {
        self.console.hold();
    }

    /// Prints them. Returns false once standard output is closed.
    pub fn release(&mut self) -> bool {
        self.stdout_open &= self.console.release().is_ok();
        self.stdout_open
    }

    /// Prints the summary, completes the report files and chooses the exit code.
    pub fn finish(mut self) -> Exit {
        self.summary.took(self.start.elapsed());
        self.summary.next = advice::next(&self.summary);
        if !self.files.is_empty() {
            self.summary.changes.removed = Some(self.removed.len() as u64);
        }
        let mut files_written = true;
        for file in self.files {
            if let Err(message) = file.finish(&self.summary, &self.removed) {
                files_written = false;
                console::print_warning(&message);
            }
        }
        let prints = self.news > 0 || !self.changes_only;
        let printed = !prints || self.console.summary(&self.summary).is_ok();
        let known = match self.only_new_failures {
            true => self.summary.failed_before,
            false => 0,
        };
        let warned = if self.strict { self.new_warnings } else { 0 };
        match (
            self.summary.interrupted,
            self.summary.failed - known + warned,
        ) {
            (true, _) => Exit::Interrupted,
            (false, 0) if self.stdout_open && printed && files_written => Exit::AllDone,
            _ => Exit::SomeFailed,
        }
    }
}
