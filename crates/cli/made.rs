//! What a run made of its sources, as far as a delivery after it must know; nothing is kept where
//! none follows.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::Exit;
use crate::options::Options;
use crate::record::{FileRecord, Status};

/// A run that is over.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) exit: Exit,
    is_wanted: bool,
    /// Results that are there now; in a dry run those that would be.
    good: HashSet<PathBuf>,
    /// Those of them that a dry run would make.
    planned: HashSet<PathBuf>,
    /// Results whose source failed.
    failed: HashSet<PathBuf>,
}

impl Made {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            exit: Exit::AllDone,
            is_wanted: options.upload.after_preparing,
            good: HashSet::new(),
            planned: HashSet::new(),
            failed: HashSet::new(),
        }
    }

    pub(crate) fn add(&mut self, record: &FileRecord) {
        let output = record.output.as_ref().filter(|_| self.is_wanted);
        let Some(output) = output.map(PathBuf::from) else {
            return;
        };
        if record.status == Status::Planned {
            self.planned.insert(output.clone());
        }
        match record.status {
            Status::Failed => self.failed.insert(output),
            Status::Ok | Status::Skipped | Status::Planned => self.good.insert(output),
        };
    }

    /// Whether a file at this path is an earlier run's, made of a source that failed in this one. A
    /// source that was refused because another one has its name takes nothing from that one.
    pub(crate) fn is_stale(&self, output: &Path) -> bool {
        // Records hold paths as they are shown.
        let output = PathBuf::from(output.display().to_string());
        self.failed.contains(&output) && !self.good.contains(&output)
    }

    /// Whether a file at this path is yet to be made, or to be made anew.
    pub(crate) fn is_planned(&self, output: &Path) -> bool {
        let output = PathBuf::from(output.display().to_string());
        self.planned.contains(&output)
    }

    /// Results that are there or would be.
    pub(crate) fn good(&self) -> impl Iterator<Item = &Path> {
        self.good.iter().map(PathBuf::as_path)
    }
}
