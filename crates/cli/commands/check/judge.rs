//! Finds out what a file is, and what of that a platform would refuse.

use avatar_batch::args::presets::Preset;
use avatar_batch::failure::Failure;
use avatar_batch::hints;
use avatar_prepare::{ColorSpace, Error, Format, Limits, Note, Orientation, examine};

use crate::finished::{Fault, leftovers};

/// What a file is; unknown values are `None`.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) format: Option<Format>,
    /// Upright width and height, in pixels.
    pub(super) size: Option<(u32, u32)>,
    pub(super) bytes: Option<u64>,
    pub(super) color_space: Option<ColorSpace>,
}

/// Formats that any platform accepts.
const ACCEPTED: [Format; 2] = [Format::Jpeg, Format::Png];

const PREPARE: &str = "prepare it with avatar-prep";

/// What to do about a file that is over a limit; some limits cannot be raised.
pub(super) fn of_limit(error: &Error) -> &'static str {
    match error {
        Error::Limit(exceeded) => hints::of_limit(exceeded.limit).unwrap_or_else(|| error.hint()),
        _ => error.hint(),
    }
}

/// What the bytes are, and what is wrong with them for any platform.
pub(super) fn judge(bytes: &[u8], limits: &Limits) -> (Facts, Vec<Fault>) {
    let length = Some(bytes.len() as u64);
    let found = match examine(bytes, limits) {
        Ok(found) => found,
        Err(error) => {
            let failure = Failure::from(&error);
            let facts = Facts {
                format: error.format(),
                bytes: length,
                ..Facts::default()
            };
            let code = match error.code() {
                avatar_prepare::Code::UnrecognizedFormat | avatar_prepare::Code::Unsupported => {
                    "format"
                }
                avatar_prepare::Code::LimitExceeded => "limit_exceeded",
                _ => "damaged",
            };
            let hint = match code {
                "limit_exceeded" => of_limit(&error),
                "format" => "convert it to JPEG or PNG",
                _ => "export or copy it again",
            };
            return (facts, vec![Fault::new(code, failure.message, hint)]);
        }
    };
    let size = found.orientation.upright_size((found.width, found.height));
    let mut faults = damage(&found.notes);
    faults.extend(Fault::of_shape(size));
    faults.extend(turned(found.orientation));
    faults.extend(colors(&found.color_space));
    if found.is_transparent {
        let message = "it has transparent pixels, which platforms fill with a colour of theirs";
        faults.push(Fault::new("transparency", message, PREPARE));
    }
    if found.frames > 1 {
        let message = format!("it has {} frames or pages", found.frames);
        faults.push(Fault::new("frames", message, PREPARE));
    }
    faults.extend(Fault::of_leftovers(&leftovers(found.format, bytes)));
    let facts = Facts {
        format: Some(found.format),
        size: Some(size),
        bytes: length,
        color_space: Some(found.color_space),
    };
    (facts, faults)
}

fn damage(notes: &[Note]) -> Vec<Fault> {
    let damaged = |note: &&Note| matches!(note, Note::Damaged { .. } | Note::DamageElsewhere);
    let faults = notes.iter().filter(damaged);
    faults
        .map(|note| Fault::new("damaged", note.to_string(), "export or copy it again"))
        .collect()
}

fn turned(orientation: Orientation) -> Option<Fault> {
    (orientation != Orientation::Normal).then(|| {
        let number = orientation.exif();
        let message = format!("it is stored turned, with the orientation {number} in its metadata");
        Fault::new("orientation", message, PREPARE)
    })
}

fn colors(space: &ColorSpace) -> Option<Fault> {
    let message = match space {
        ColorSpace::Unspecified | ColorSpace::Srgb => return None,
        ColorSpace::Unusable(reason) => format!("its colour profile cannot be used: {reason}"),
        other => format!("its colours are not sRGB, but {other}"),
    };
    Some(Fault::new("not_srgb", message, PREPARE))
}

/// The faults for one platform, or for any: first the format, then what is wrong anyway.
pub(super) fn for_platform(
    facts: &Facts,
    general: &[Fault],
    preset: Option<&Preset>,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    // A file that could not be read has one fault already.
    if facts.size.is_some() {
        faults.extend(facts.format.and_then(|format| of_format(format, preset)));
    }
    faults.extend(general.iter().cloned());
    if let (Some(preset), Some(size)) = (preset, facts.size) {
        faults.extend(Fault::of_size(size, preset));
    }
    if let (Some(preset), Some(bytes)) = (preset, facts.bytes) {
        faults.extend(Fault::of_bytes(bytes, preset));
    }
    faults
}

fn of_format(format: Format, preset: Option<&Preset>) -> Option<Fault> {
    let accepted = preset.map_or(&ACCEPTED[..], |preset| preset.formats);
    if accepted.contains(&format) {
        return None;
    }
    let names: Vec<&str> = accepted.iter().map(|format| format.name()).collect();
    let names = names.join(" or ");
    let whom = preset.map_or("", |preset| preset.name);
    let message = match whom {
        "" => format!("it is {format}; it must be {names}"),
        whom => format!("it is {format}; {whom} accepts {names}"),
    };
    Some(Fault::new("format", message, PREPARE))
}
