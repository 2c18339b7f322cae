//! Finished pictures on disk: hashed when a run is planned, read and validated right before each
//! attempt.

use std::fs;
use std::path::PathBuf;

use avatar_prepare::{Format, Limits, Preparer, Settings};
use avatar_upload::{Action, Contents, Payload, Verdict};

use crate::presets::Preset;

/// Starts of what holds metadata or a colour profile.
const METADATA: [&[u8]; 3] = [b"Exif\0\0", b"http://ns.adobe.com/xap/", b"ICC_PROFILE\0"];

/// One picture, as it was when the run began.
#[derive(Debug)]
pub(super) struct Finished {
    path: PathBuf,
    sha256: String,
    preset: &'static Preset,
}

impl Finished {
    /// Looks at a picture for an account that takes what `preset` says.
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

impl Contents for Finished {
    fn sha256(&self) -> &str {
        &self.sha256
    }

    fn load(&self) -> Result<Payload, Verdict> {
        let payload = read(&self.path);
        let valid = payload.and_then(|payload| {
            validate(payload.bytes(), self.preset)?;
            Ok(payload)
        });
        valid.map_err(|why| Verdict::new(Action::Fail, "not_valid", why, "prepare it again"))
    }
}

/// Whether these bytes are what this tool makes: a JPEG that decodes, square, no metadata, and
/// what the platform takes.
fn validate(bytes: &[u8], preset: &Preset) -> Result<(), String> {
    let avatar = Preparer::new(Settings::default(), Limits::default())
        .prepare(bytes)
        .map_err(|error| error.to_string())?;
    let probe = avatar.probe();
    let (width, height) = (probe.width(), probe.height());
    if probe.format() != Format::Jpeg || !bytes.ends_with(b"\xff\xd9") {
        return Err("it is not a whole JPEG".into());
    }
    let (name, least) = (preset.name, preset.min_size);
    if width != height || width < least {
        return Err(format!(
            "it is {width}x{height}; {name} takes squares from {least} pixels"
        ));
    }
    if bytes.len() as u64 > preset.limit_bytes {
        let most = preset.limit_bytes;
        return Err(format!("it has {} bytes; {name} takes {most}", bytes.len()));
    }
    let carries = |name: &&[u8]| bytes.windows(name.len()).any(|window| window == *name);
    if METADATA.iter().any(carries) {
        return Err("it carries metadata".into());
    }
    Ok(())
}

/// Root mean square difference of two pictures, reduced, above which they are taken for different
/// ones, in steps of 8-bit samples. A messenger's re-encoding stays below 4.
const DIFFERENT: f64 = 10.0;

/// Says in which way what shows is not what was sent.
pub(super) fn compare(sent: &Payload, shown: &[u8]) -> Result<(), String> {
    let difference = avatar_prepare::difference(sent.bytes(), shown, &Limits::default());
    match difference {
        Ok(difference) if difference <= DIFFERENT => Ok(()),
        Ok(difference) => Err(format!(
            "it differs by {difference:.1} of 255 steps, {DIFFERENT} are allowed"
        )),
        Err(error) => Err(format!("it cannot be decoded: {error}")),
    }
}
