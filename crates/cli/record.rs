//! The result contract: one record per file and a summary, schema 1, documented in the README.

use std::io;
use std::path::Path;
use std::time::Duration;

use avatar_prepare::{Avatar, Error, Format, Limit, Note, Plan, Probe};
use serde::Serialize;

/// Version of the records; it changes when a key or a code changes its meaning.
const SCHEMA: u32 = 1;

/// What became of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Ok,
    Failed,
    Skipped,
    /// Would be made; only in a dry run.
    Planned,
}

/// One file. Keys are always there; what is not known is null.
#[derive(Debug, Serialize)]
pub(crate) struct FileRecord {
    event: &'static str,
    schema: u32,
    pub(crate) source: String,
    pub(crate) output: Option<String>,
    pub(crate) status: Status,
    pub(crate) code: Option<&'static str>,
    pub(crate) message: Option<String>,
    pub(crate) hint: Option<String>,
    format: Option<&'static str>,
    width: Option<u32>,
    height: Option<u32>,
    orientation: Option<u8>,
    pub(crate) size: Option<u32>,
    pub(crate) bytes: Option<u64>,
    pub(crate) quality: Option<u8>,
    pub(crate) subsampling: Option<String>,
    background: Option<String>,
    trials: Option<u32>,
    pub(crate) ms: Option<f64>,
    pub(crate) notes: Vec<String>,
    /// Those of the notes that say that something is lost.
    #[serde(skip)]
    pub(crate) warnings: Vec<String>,
}

/// The whole run.
#[derive(Debug, Serialize)]
pub(crate) struct Summary {
    event: &'static str,
    schema: u32,
    pub(crate) ok: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
    pub(crate) planned: u64,
    pub(crate) not_started: u64,
    pub(crate) bytes: u64,
    pub(crate) ms: f64,
    pub(crate) interrupted: bool,
}

/// Why a file has no result: a stable code, a sentence and what to try.
#[derive(Debug)]
pub(crate) struct Failure {
    code: &'static str,
    message: String,
    hint: String,
    format: Option<&'static str>,
}

impl Failure {
    pub(crate) fn unreadable(error: &io::Error) -> Self {
        Self {
            code: "io",
            message: format!("could not read it: {error}"),
            hint: "check that it exists and that you may read it".into(),
            format: None,
        }
    }

    pub(crate) fn unwritable(output: &Path, error: &io::Error) -> Self {
        Self {
            code: "io",
            message: format!("could not write {}: {error}", output.display()),
            hint: "check the folder, its permissions and the free space".into(),
            format: None,
        }
    }

    pub(crate) fn collision(output: &Path, other: &Path) -> Self {
        Self {
            code: "collision",
            message: format!(
                "would become {}, and so would {}",
                output.display(),
                other.display()
            ),
            hint: "rename one of them, or prepare them into different folders".into(),
            format: None,
        }
    }

    pub(crate) fn over_a_source(output: &Path) -> Self {
        Self {
            code: "collision",
            message: format!("would overwrite the source {}", output.display()),
            hint: "name another folder for the results".into(),
            format: None,
        }
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let mut message = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(inner) = cause {
            message = format!("{message}: {inner}");
            cause = inner.source();
        }
        Self {
            code: error.code().as_str(),
            message,
            hint: hint(error),
            format: error.format().map(Format::name),
        }
    }
}

/// The library's hint, with the flag where there is one.
fn hint(error: &Error) -> String {
    let flag = match error {
        Error::Limit(exceeded) => match exceeded.limit {
            Limit::EncodedBytes => "limit-bytes",
            Limit::Pixels => "limit-pixels",
            Limit::Side => "limit-side",
            Limit::Frames => "limit-frames",
            Limit::DecodedBytes => "limit-decoded",
            _ => return error.hint().into(),
        },
        Error::CapUnreachable { .. } => {
            return "raise --max-bytes, lower the floor of --quality, or make --size smaller"
                .into();
        }
        Error::TimedOut { .. } => return "raise --timeout if you trust the file".into(),
        Error::TooSmall { .. } => return "use a larger original, or lower --min-size".into(),
        _ => return error.hint().into(),
    };
    format!("raise --{flag} if you trust the file")
}

impl FileRecord {
    fn new(source: &Path, status: Status) -> Self {
        Self {
            event: "file",
            schema: SCHEMA,
            source: source.display().to_string(),
            output: None,
            status,
            code: None,
            message: None,
            hint: None,
            format: None,
            width: None,
            height: None,
            orientation: None,
            size: None,
            bytes: None,
            quality: None,
            subsampling: None,
            background: None,
            trials: None,
            ms: None,
            notes: Vec::new(),
            warnings: Vec::new(),
        }
    }

    pub(crate) fn skipped(source: &Path, code: &'static str, message: &str) -> Self {
        let message = Some(message.to_string());
        Self {
            code: Some(code),
            message,
            ..Self::new(source, Status::Skipped)
        }
    }

    pub(crate) fn failed(source: &Path, output: Option<&Path>, failure: Failure) -> Self {
        Self {
            output: output.map(|output| output.display().to_string()),
            format: failure.format,
            code: Some(failure.code),
            message: Some(failure.message),
            hint: Some(failure.hint),
            ..Self::new(source, Status::Failed)
        }
    }

    pub(crate) fn done(source: &Path, output: &Path, avatar: &Avatar) -> Self {
        Self {
            output: Some(output.display().to_string()),
            size: Some(avatar.edge()),
            bytes: Some(avatar.bytes().len() as u64),
            quality: Some(avatar.quality()),
            subsampling: Some(avatar.subsampling().to_string()),
            background: avatar.background().map(hex),
            trials: Some(avatar.trials()),
            notes: texts(avatar.notes().iter()),
            warnings: texts(avatar.notes().iter().filter(|note| note.is_warning())),
            ..Self::new(source, Status::Ok).with_probe(avatar.probe())
        }
    }

    pub(crate) fn planned(source: &Path, output: &Path, probe: &Probe, plan: &Plan) -> Self {
        Self {
            output: Some(output.display().to_string()),
            size: Some(plan.edge()),
            ..Self::new(source, Status::Planned).with_probe(probe)
        }
    }

    fn with_probe(self, probe: &Probe) -> Self {
        Self {
            format: Some(probe.format().name()),
            width: Some(probe.width()),
            height: Some(probe.height()),
            orientation: Some(probe.orientation().exif()),
            ..self
        }
    }

    pub(crate) fn took(mut self, time: Duration) -> Self {
        self.ms = Some(milliseconds(time));
        self
    }
}

impl Summary {
    pub(crate) fn new() -> Self {
        Self {
            event: "summary",
            schema: SCHEMA,
            ok: 0,
            failed: 0,
            skipped: 0,
            planned: 0,
            not_started: 0,
            bytes: 0,
            ms: 0.0,
            interrupted: false,
        }
    }

    pub(crate) fn add(&mut self, record: &FileRecord) {
        match record.status {
            Status::Ok => self.ok += 1,
            Status::Failed => self.failed += 1,
            Status::Skipped => self.skipped += 1,
            Status::Planned => self.planned += 1,
        }
        self.bytes += record.bytes.unwrap_or(0);
    }

    pub(crate) fn took(&mut self, time: Duration) {
        self.ms = milliseconds(time);
    }
}

fn texts<'a>(notes: impl Iterator<Item = &'a Note>) -> Vec<String> {
    notes.map(ToString::to_string).collect()
}

fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Milliseconds with three decimals.
fn milliseconds(time: Duration) -> f64 {
    time.as_micros() as f64 / 1e3
}
