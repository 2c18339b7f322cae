//! Shows records as they come, counts them, writes the report files and picks the exit code.

use std::path::PathBuf;
use std::time::Instant;

use super::advice;
use super::console::{self, Console};
use super::display::Display;
use super::file::ReportFile;
use super::record::{FileRecord, Status, Summary};
use crate::error::CliError;
use crate::exit::Exit;

/// Counts and shows records.
pub(crate) struct Report {
    console: Console,
    files: Vec<ReportFile>,
    pub(crate) summary: Summary,
    start: Instant,
    /// Whether somebody still reads the records.
    pub(crate) heard: bool,
    /// Whether every report could be written.
    kept: bool,
    /// Whether only news are told.
    news_only: bool,
}

impl Report {
    /// Begins a run of so many files, to be told in `reports`, too.
    pub(crate) fn new(display: Display, reports: &[PathBuf], files: u64) -> Result<Self, CliError> {
        let begun = reports.iter().map(|path| ReportFile::create(path));
        Ok(Self {
            files: begun.collect::<Result<_, _>>()?,
            console: Console::new(display, files),
            summary: Summary::new(),
            start: Instant::now(),
            heard: true,
            kept: true,
            news_only: false,
        })
    }

    /// From now on, of what needs no work nothing is told.
    pub(crate) fn news_only(mut self) -> Self {
        self.news_only = true;
        self
    }

    /// Returns false once nobody listens any more.
    pub(crate) fn file(&mut self, record: &FileRecord) -> bool {
        self.summary.add(record);
        for file in &mut self.files {
            self.kept &= file.add(record).is_ok();
        }
        if self.news_only && record.status == Status::Skipped {
            return self.heard;
        }
        self.heard &= self.console.file(record).is_ok();
        self.heard
    }

    /// Ends the run.
    pub(crate) fn finish(mut self) -> Exit {
        self.summary.took(self.start.elapsed());
        self.summary.next = advice::next(&self.summary);
        for file in self.files {
            self.kept &= file.finish(&self.summary).is_ok();
        }
        if !self.kept {
            console::print_warning("a report could not be written whole");
        }
        let is_news = self.summary.skipped < self.summary.files();
        let tell = is_news || !self.news_only;
        let told = !tell || self.console.summary(&self.summary).is_ok();
        match (self.summary.interrupted, self.summary.failed) {
            (true, _) => Exit::Interrupted,
            (false, 0) if self.heard && told && self.kept => Exit::AllDone,
            _ => Exit::SomeFailed,
        }
    }
}
