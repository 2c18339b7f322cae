//! Finished pictures on disk: hashed when a run is planned, read and validated right before each
//! attempt.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use avatar_batch::args::presets::Preset;
use avatar_prepare::{Format, Limits, Preparer, Settings};
use avatar_upload::{Action, Comparison, Contents, Payload, Verdict};

use crate::finished::Fault;
use crate::finished::jpeg::segments;

/// Opens the picture with a path among the results, for an account with these limits.
pub(super) type Open<'a> = dyn Fn(&Path, &'static Preset) -> Result<Arc<dyn Contents>, String> + 'a;

/// One picture, as it was when the run began.
#[derive(Debug)]
pub(super) struct FinishedPicture {
    path: PathBuf,
    sha256: String,
    preset: &'static Preset,
}

impl FinishedPicture {
    /// Hashes a picture for an account whose limits `preset` gives.
    pub(super) fn open(path: PathBuf, preset: &'static Preset) -> Result<Self, String> {
        let payload = read(&path)?;
        Ok(Self {
            sha256: payload.sha256().into(),
            path,
            preset,
        })
    }
}

fn read(path: &PathBuf) -> Result<Payload, String> {
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    Payload::new(bytes).map_err(|error| error.to_string())
}

impl Contents for FinishedPicture {
    fn sha256(&self) -> &str {
        &self.sha256
    }

    fn load(&self) -> Result<Payload, Verdict> {
        let payload = read(&self.path).map_err(not_valid)?;
        validate(payload.bytes(), self.preset)?;
        Ok(payload)
    }
}

pub(super) fn not_valid(why: impl Into<String>) -> Verdict {
    Verdict::new(Action::Fail, "not_valid", why, "prepare it again")
}

/// Edge to which a picture is reduced to see whether it decodes: the whole file is read, but few
/// pixels are computed.
const VALIDATION_EDGE: u32 = 32;

/// Whether these bytes are a finished picture: a square JPEG that decodes, without metadata, within
/// the limits of the platform.
pub(super) fn validate(bytes: &[u8], preset: &Preset) -> Result<(), Verdict> {
    let settings = Settings::default().with_enlarge(true);
    let settings = settings.with_edge(VALIDATION_EDGE).unwrap_or_default();
    let avatar = Preparer::new(settings, Limits::default())
        .prepare(bytes)
        .map_err(|error| not_valid(error.to_string()))?;
    let probe = avatar.probe();
    let size = (probe.width(), probe.height());
    if probe.format() != Format::Jpeg || !bytes.ends_with(b"\xff\xd9") {
        return Err(not_valid("it is not a complete JPEG"));
    }
    let (name, least) = (preset.name, preset.min_size);
    if size.0 != size.1 {
        return Err(not_valid(format!(
            "it is {}x{} pixels; {name} accepts squares of at least {least}",
            size.0, size.1
        )));
    }
    let faults = [
        Fault::of_size(size, preset),
        Fault::of_bytes(bytes.len() as u64, preset),
    ];
    if let Some(fault) = faults.into_iter().flatten().next() {
        return Err(Verdict::new(
            Action::Fail,
            "not_valid",
            fault.message,
            fault.hint,
        ));
    }
    contents(bytes).map_err(not_valid)
}

/// Checks the segments of a JPEG: it must have one or three components, and no metadata or profile.
fn contents(bytes: &[u8]) -> Result<(), String> {
    let mut segments = segments(bytes);
    for (marker, content) in segments.by_ref() {
        match marker {
            0xc4 | 0xc8 | 0xcc => {}
            0xc0..=0xcf => components(content)?,
            0xe1..=0xed | 0xef | 0xfe => {
                return Err(format!("it contains metadata (marker {marker:02x})"));
            }
            _ => {}
        }
    }
    match segments.after_end {
        Some([]) => Ok(()),
        _ => Err("it contains data after its end".into()),
    }
}

fn components(frame: &[u8]) -> Result<(), String> {
    match frame.get(5) {
        Some(1 | 3) => Ok(()),
        count => {
            let count = count.copied().unwrap_or(0);
            Err(format!("it has {count} components; it must have 1 or 3"))
        }
    }
}

/// Root mean square difference above which two pictures count as different, in steps of 8-bit
/// samples. Of 100 pictures, none that a service made smaller and encoded again came above 7.
const DIFFERENT: f64 = 10.0;

/// Largest difference of a sample up to which a picture counts as the same, encoded again. Of 122
/// pictures that libjpeg encoded again with quality 75 to 90, 120 stayed within it; the others have
/// saturated colours that change from pixel to pixel. A digit of a twelfth of the edge that changed
/// made at least 20.
const ENCODED_AGAIN: u8 = 10;

/// Compares the picture to send with the one that an account shows.
pub(super) fn compare(sent: &Payload, shown: &[u8]) -> Comparison {
    let limits = Limits::default();
    let mean = avatar_prepare::difference(sent.bytes(), shown, &limits);
    let largest = avatar_prepare::largest_difference(sent.bytes(), shown, &limits);
    match (mean, largest) {
        (Err(error), _) => Comparison::Different(format!("it cannot be decoded: {error}")),
        (Ok(mean), _) if mean > DIFFERENT => Comparison::Different(format!(
            "it differs by {mean:.1} of 255 steps; at most {DIFFERENT} are allowed"
        )),
        (Ok(_), Ok(Some(largest))) if largest <= ENCODED_AGAIN => Comparison::Same,
        (Ok(mean), _) => Comparison::Similar(format!("it differs by {mean:.1} of 255 steps")),
    }
}
