//! The documented record of a file, schema 1.

use std::path::Path;
use std::time::Duration;

use avatar_prepare::{Avatar, Cost, Inspection, Note, Probe, Times};
use serde::Serialize;

use super::framing::{Framing, hex};
use crate::failure::Failure;
use crate::hints::noted;
use crate::near_duplicates::Near;

/// The version of the records. It changes when a key or a code changes its meaning.
pub const SCHEMA: u32 = 1;

/// The code of a picture whose result is up to date.
pub const UP_TO_DATE: &str = "up_to_date";

/// The code of a file that a glob leaves out.
pub const EXCLUDED: &str = "excluded";

/// The code of the note about a name that some systems do not allow.
const NAME_NOT_PORTABLE: &str = "name_not_portable";
/// The code of the note about a result that looks nearly like that of an earlier source.
const NEAR_DUPLICATE: &str = "near_duplicate";

/// The outcome of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Ok,
    Failed,
    Skipped,
    /// A dry run would make it.
    Planned,
}

/// One file. All keys are always present; unknown values are null.
#[derive(Debug, Serialize)]
pub struct FileRecord {
    pub event: &'static str,
    pub schema: u32,
    pub source: String,
    /// The result, or the tar that holds it.
    pub output: Option<String>,
    pub status: Status,
    pub code: Option<&'static str>,
    pub message: Option<String>,
    pub hint: Option<String>,
    pub format: Option<String>,
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub orientation: Option<u8>,
    pub size: Option<u32>,
    pub bytes: Option<u64>,
    pub quality: Option<u8>,
    pub subsampling: Option<String>,
    pub background: Option<String>,
    pub framing: Option<Framing>,
    pub progressive: Option<bool>,
    pub trials: Option<u32>,
    pub headroom: Option<u64>,
    pub score: Option<f64>,
    pub ms: Option<f64>,
    /// The estimated memory that it needs, in bytes.
    pub memory: Option<u64>,
    pub stages: Option<Stages>,
    pub notes: Vec<String>,
    /// The code of each note, in the same order.
    pub flags: Vec<String>,
    /// How the result compares with the last run.
    pub change: Option<Change>,
    /// Since when the same file fails with the same code.
    pub since: Option<String>,
    /// The platform that the result is for, in a run with several.
    pub preset: Option<&'static str>,
    /// The key of the result in its tar, if results are packed.
    pub key: Option<String>,
    /// Whether it failed in the same way before.
    #[serde(skip)]
    pub is_known_failure: bool,
    /// The notes that are warnings.
    #[serde(skip)]
    pub warnings: Vec<String>,
}

/// How a result compares with what was known before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// There was no known result of this name.
    New,
    /// It was made again.
    Changed,
    Same,
}

/// A result whose source is gone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Removed {
    pub source: String,
    /// Relative to the folder of results, where it still is.
    pub output: String,
}

/// The milliseconds of each stage.
#[derive(Debug, Serialize)]
pub struct Stages {
    wait: f64,
    read: f64,
    probe: f64,
    decode: f64,
    frame: f64,
    resize: f64,
    convert: f64,
    fit: f64,
    publish: f64,
}

impl Stages {
    fn new(times: &Times, publish: Duration) -> Self {
        Self {
            wait: milliseconds(times.wait),
            read: milliseconds(times.read),
            probe: milliseconds(times.probe),
            decode: milliseconds(times.decode),
            frame: milliseconds(times.frame),
            resize: milliseconds(times.resize),
            convert: milliseconds(times.convert),
            fit: milliseconds(times.fit),
            publish: milliseconds(publish),
        }
    }

    /// Name and time of each stage, in the order of the pipeline.
    pub fn list(&self) -> [(&'static str, f64); 9] {
        [
            ("wait", self.wait),
            ("read", self.read),
            ("probe", self.probe),
            ("decode", self.decode),
            ("frame", self.frame),
            ("resize", self.resize),
            ("convert", self.convert),
            ("fit", self.fit),
            ("publish", self.publish),
        ]
    }
}

impl FileRecord {
    pub(super) fn new(source: &Path, status: Status) -> Self {
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
            framing: None,
            progressive: None,
            trials: None,
            headroom: None,
            score: None,
            ms: None,
            memory: None,
            stages: None,
            notes: Vec::new(),
            flags: Vec::new(),
            change: None,
            since: None,
            preset: None,
            key: None,
            is_known_failure: false,
            warnings: Vec::new(),
        }
    }

    pub fn skipped(source: &Path, code: &'static str, message: &str) -> Self {
        let message = Some(message.to_string());
        Self {
            code: Some(code),
            message,
            ..Self::new(source, Status::Skipped)
        }
    }

    pub fn failed(source: &Path, output: Option<&Path>, failure: Failure) -> Self {
        Self {
            output: output.map(|output| output.display().to_string()),
            format: failure.format.map(Into::into),
            code: Some(failure.code),
            message: Some(failure.message),
            hint: Some(failure.hint),
            ..Self::new(source, Status::Failed)
        }
    }

    pub fn done(source: &Path, output: &Path, avatar: &Avatar) -> Self {
        Self {
            output: Some(output.display().to_string()),
            size: Some(avatar.edge()),
            bytes: Some(avatar.bytes().len() as u64),
            quality: Some(avatar.quality()),
            subsampling: Some(avatar.subsampling().to_string()),
            background: avatar.background().map(hex),
            framing: Some(Framing::of(avatar.frame(), avatar.background())),
            progressive: Some(avatar.is_progressive()),
            trials: Some(avatar.trials()),
            headroom: Some(avatar.headroom()),
            score: avatar.score().map(hundredths),
            notes: texts(avatar.notes().iter()),
            flags: codes(avatar.notes()),
            warnings: texts(avatar.notes().iter().filter(|note| note.is_warning())),
            ..Self::new(source, Status::Ok).with_probe(avatar.probe())
        }
    }

    pub fn planned(source: &Path, output: &Path, inspection: &Inspection) -> Self {
        Self {
            output: Some(output.display().to_string()),
            size: Some(inspection.plan.edge()),
            framing: Some(Framing::of(&inspection.frame, None)),
            memory: Some(inspection.memory.prepared),
            notes: texts(inspection.notes.iter()),
            flags: codes(&inspection.notes),
            warnings: texts(inspection.notes.iter().filter(|note| note.is_warning())),
            ..Self::new(source, Status::Planned).with_probe(&inspection.probe)
        }
    }

    fn with_probe(self, probe: &Probe) -> Self {
        Self {
            format: Some(probe.format().name().into()),
            width: Some(probe.width()),
            height: Some(probe.height()),
            orientation: Some(probe.orientation().exif()),
            ..self
        }
    }

    /// Adds the cost of the picture and the time of publishing it.
    pub fn cost(self, cost: &Cost, publish: Duration) -> Self {
        Self {
            memory: cost.memory,
            stages: Some(Stages::new(&cost.times, publish)),
            ..self
        }
    }

    /// Adds a note on the name of the result.
    pub fn noting(mut self, note: Option<String>) -> Self {
        if self.status == Status::Planned {
            self.warnings.extend(note.clone());
        }
        self.flags
            .extend(note.as_ref().map(|_| NAME_NOT_PORTABLE.into()));
        self.notes.extend(note);
        self
    }

    /// Adds a note on an earlier picture of this run that looks nearly the same.
    pub fn like_an_earlier_one(mut self, near: Option<&Near>) -> Self {
        if let Some(Near { source, distance }) = near {
            self.flags.push(NEAR_DUPLICATE.into());
            self.notes.push(format!(
                "looks nearly the same as {source} ({distance} of 63 bits differ)"
            ));
        }
        self
    }

    /// Whether it was made in this run, or would be, and has a warning. What is up to date was
    /// reported by the run that made it.
    pub(super) fn has_new_warning(&self) -> bool {
        matches!(self.status, Status::Ok | Status::Planned) && !self.warnings.is_empty()
    }

    /// The source for people, with the platform in a run with several.
    pub fn title(&self) -> String {
        match self.preset {
            Some(preset) => format!("{} ({preset})", self.source),
            None => self.source.clone(),
        }
    }

    /// Sets the platform that its result is for.
    pub fn for_platform(self, preset: Option<&'static str>) -> Self {
        Self { preset, ..self }
    }

    /// Sets how its result compares with the last run.
    pub fn changing(mut self, change: Change) -> Self {
        self.change = Some(change);
        self
    }

    pub fn took(mut self, time: Duration) -> Self {
        self.ms = Some(milliseconds(time));
        self
    }
}

fn texts<'a>(notes: impl Iterator<Item = &'a Note>) -> Vec<String> {
    notes.map(noted).collect()
}

fn codes(notes: &[Note]) -> Vec<String> {
    notes.iter().map(|note| note.code().into()).collect()
}

/// A score with two decimals.
fn hundredths(score: f32) -> f64 {
    (f64::from(score) * 100.0).round() / 100.0
}

/// Milliseconds with three decimals.
pub(super) fn milliseconds(time: Duration) -> f64 {
    time.as_micros() as f64 / 1e3
}
