//! Options with the names, values and defaults of the command line. How values are read, and what platforms
//! require, is in the same files as there.

mod enumerated;
#[path = "../../../batch/src/args/framing.rs"]
mod framing;
mod options;
#[allow(dead_code, unreachable_pub)] // the sources of platforms, and lists of several; public for the program
#[path = "../../../batch/src/args/presets.rs"]
mod presets;
#[path = "../../../batch/src/args/picture_values.rs"]
mod values;

use avatar_prepare::{Format, OtherKind};
use serde::Serialize;

pub(crate) use options::read;

/// How many bytes are enough to recognise a format, as in `files/inputs.rs` of the command.
const SHORT_START: usize = 1024;
/// The same for markup.
const LONG_START: usize = 16 << 20;

/// A platform that can be prepared for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Platform {
    name: &'static str,
    size: u32,
    max_bytes: u64,
}

/// All platforms.
pub(crate) fn platforms() -> Vec<Platform> {
    let rows = presets::PRESETS.iter().map(|preset| Platform {
        name: preset.name,
        size: preset.size,
        max_bytes: preset.max_bytes,
    });
    rows.collect()
}

/// Extensions that results do not keep, because files with them are usually pictures.
pub(crate) fn extensions() -> Vec<&'static str> {
    let all = Format::all().flat_map(|format| format.extensions().iter().copied());
    all.filter(|it| Format::is_picture_extension(it)).collect()
}

/// Whether a file of a folder is a picture, by its extension or by its content, as in a run of the command.
pub(crate) fn is_picture(extension: &str, content: &[u8]) -> bool {
    if Format::is_picture_extension(extension) || OtherKind::is_picture_extension(extension) {
        return true;
    }
    let short = content.get(..SHORT_START).unwrap_or(content);
    let start = match Format::is_undecided(short) {
        true => content.get(..LONG_START).unwrap_or(content),
        false => short,
    };
    match Format::recognize(start) {
        Some(format) if format.is_surely_a_picture() => true,
        _ => OtherKind::recognize(start).is_some_and(OtherKind::is_picture),
    }
}
