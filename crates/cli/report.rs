//! What a run tells: records as they come, files at the end, and how it exits.

use std::path::PathBuf;
use std::time::Instant;

use crate::Exit;
use crate::console::{self, Console};
use crate::made::Made;
use crate::options::Options;
use crate::record::{FileRecord, Status, Summary};
use crate::report_file::ReportFile;
use crate::usage::UsageError;

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
    made: Made,
}

impl Report {
    /// Begins a run of so many files in `inputs`.
    pub(crate) fn new(
        options: &Options,
        inputs: &[PathBuf],
        files: u64,
    ) -> Result<Self, UsageError> {
        let begun = options.reports.iter().map(|path| ReportFile::create(path));
        Ok(Self {
            files: begun.collect::<Result<_, _>>()?,
            console: Console::new(options, files),
            summary: Summary::new(),
            start: Instant::now(),
            heard: true,
            kept: true,
            news_only: false,
            made: Made::new(options, inputs),
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
        self.made.add(record);
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
    pub(crate) fn finish(mut self) -> Made {
        self.summary.finish(self.start.elapsed());
        for file in self.files {
            self.kept &= file.finish(&self.summary).is_ok();
        }
        if !self.kept {
            console::print_warning("a report could not be written whole");
        }
        let is_news = self.summary.skipped < self.summary.files();
        let tell = is_news || !self.news_only;
        let told = !tell || self.console.summary(&self.summary).is_ok();
        self.made.exit = match (self.summary.interrupted, self.summary.failed) {
            (true, _) => Exit::Interrupted,
            (false, 0) if self.heard && told && self.kept => Exit::AllDone,
            _ => Exit::SomeFailed,
        };
        self.made
    }
}
