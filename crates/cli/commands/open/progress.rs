//! How far the run of a batch is, for the page.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use avatar_batch::report::record::{FileRecord, Status, UP_TO_DATE};
use avatar_batch::state::Known;
use serde::Serialize;

use super::hint::for_page;

/// What a batch is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Default)]
#[serde(rename_all = "lowercase")]
pub(super) enum Phase {
    /// Files arrive; nothing was made yet.
    #[default]
    Collecting,
    /// Another page is being served first.
    Waiting,
    Working,
    Done,
}

impl Phase {
    /// Whether a run works, or waits for its turn.
    pub(super) fn is_busy(self) -> bool {
        matches!(self, Self::Waiting | Self::Working)
    }
}

/// The outcome of one file.
#[derive(Debug, Clone, Serialize)]
pub(super) struct FileRow {
    /// The name of the file as it was dropped, with its folders.
    name: String,
    /// The result below its folder, if there is one.
    output: Option<String>,
    outcome: &'static str,
    code: Option<&'static str>,
    message: Option<String>,
    hint: Option<String>,
    format: Option<String>,
    edge: Option<u32>,
    bytes: Option<u64>,
    quality: Option<u8>,
    /// Notes that are warnings.
    warnings: Vec<String>,
}

impl FileRow {
    /// The path of the result below its folder, if there is one.
    pub(super) fn result(&self) -> Option<PathBuf> {
        let output = self.output.as_ref().filter(|_| self.outcome == "ok");
        output.map(PathBuf::from)
    }

    /// Takes over what is recorded of the result now.
    fn update(&mut self, known: &Known) {
        self.edge = known.details.edge.or(self.edge);
        self.quality = known.details.quality;
        self.bytes = Some(known.stamp.bytes);
        self.warnings = known.details.warnings().map(String::from).collect();
    }
}

/// The folders of a run; their names mean nothing to the person.
#[derive(Debug, Clone)]
pub(super) struct Places {
    pub(super) input: PathBuf,
    pub(super) out: PathBuf,
}

impl Places {
    pub(super) fn row(&self, record: &FileRecord) -> FileRow {
        let has_result = record.status == Status::Ok || record.code == Some(UP_TO_DATE);
        FileRow {
            name: below(&self.input, &record.source),
            output: record.output.as_ref().map(|it| below(&self.out, it)),
            outcome: match record.status {
                _ if has_result => "ok",
                Status::Failed => "failed",
                Status::Ok | Status::Skipped | Status::Planned => "skipped",
            },
            // A result that was up to date is as good as a new one.
            code: record.code.filter(|_| !has_result),
            message: self.text(record.message.as_ref().filter(|_| !has_result)),
            hint: record
                .hint
                .as_ref()
                .map(|hint| self.shortened(&for_page(record.code, hint))),
            format: record.format.clone(),
            edge: record.size,
            bytes: record.bytes,
            quality: record.quality,
            warnings: record.warnings.clone(),
        }
    }

    /// A text for people, with short names.
    pub(super) fn shortened(&self, text: &str) -> String {
        [&self.input, &self.out]
            .iter()
            .fold(text.into(), |text: String, folder| {
                text.replace(
                    &format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR),
                    "",
                )
            })
    }

    fn text(&self, text: Option<&String>) -> Option<String> {
        text.map(|text| self.shortened(text))
    }
}

fn below(folder: &Path, path: &str) -> String {
    let path = Path::new(path);
    let relative = path.strip_prefix(folder).unwrap_or(path);
    relative.display().to_string()
}

/// Why a run ended before its pictures.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Trouble {
    pub(super) message: String,
    pub(super) hint: String,
}

/// The run of a batch, or its last one.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Counts the runs.
    pub(super) run: u32,
    pub(super) phase: Phase,
    pub(super) found: u64,
    pub(super) rows: Vec<FileRow>,
    pub(super) trouble: Option<Trouble>,
}

/// What the page is sent.
#[derive(Debug, Serialize)]
pub(super) struct Now {
    run: u32,
    phase: Phase,
    found: u64,
    /// The rows from the one that the page asked for.
    rows: Vec<FileRow>,
    trouble: Option<Trouble>,
    /// Files that are here.
    files: usize,
}

impl Now {
    /// Whether a review can have made a result again since the run.
    pub(super) fn can_be_outdated(&self) -> bool {
        self.phase == Phase::Done && self.rows.iter().any(|row| row.result().is_some())
    }

    /// Takes over what is recorded of the results now.
    pub(super) fn update(&mut self, recorded: &HashMap<PathBuf, Known>) {
        for row in &mut self.rows {
            if let Some(known) = row.result().and_then(|output| recorded.get(&output)) {
                row.update(known);
            }
        }
    }
}

impl Progress {
    /// What is new since the page knew `from` rows of the run with this number.
    pub(super) fn since(&self, run: u32, from: usize, files: usize) -> Now {
        let from = if run == self.run { from } else { 0 };
        Now {
            run: self.run,
            phase: self.phase,
            found: self.found,
            rows: self.rows.get(from..).unwrap_or_default().to_vec(),
            trouble: self.trouble.clone(),
            files,
        }
    }
}
