//! What is wrong with a picture that a platform is to show.

use avatar_batch::args::presets::Preset;
use serde::Serialize;

use super::leftover::Leftover;

/// What is wrong with a picture: a stable code, a sentence and what to try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Fault {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) hint: &'static str,
}

const PREPARE: &str = "prepare it with avatar-prep";
const PREPARE_FOR: &str = "prepare it with avatar-prep --for and this platform";

impl Fault {
    pub(crate) fn new(code: &'static str, message: impl Into<String>, hint: &'static str) -> Self {
        Self {
            code,
            message: message.into(),
            hint,
        }
    }

    /// All pictures must be squares.
    pub(crate) fn of_shape((width, height): (u32, u32)) -> Option<Self> {
        (width != height).then(|| {
            let message = format!("it is {width}x{height} pixels, not a square");
            Self::new("not_square", message, PREPARE)
        })
    }

    /// The shorter side must be within what a platform accepts.
    pub(crate) fn of_size((width, height): (u32, u32), preset: &Preset) -> Option<Self> {
        let (name, least) = (preset.name, preset.min_size);
        let edge = width.min(height);
        if edge < least {
            let message = format!(
                "it is {width}x{height} pixels; {name} accepts squares of at least {least}"
            );
            let hint = "make it again from a larger original, or with this number as --min-size and --too-small enlarge";
            return Some(Self::new("too_small", message, hint));
        }
        let most = preset.max_size.filter(|most| edge > *most)?;
        let message =
            format!("it is {width}x{height} pixels; {name} accepts squares of at most {most}");
        Some(Self::new("too_large", message, PREPARE_FOR))
    }

    /// The file must not be longer than a platform accepts.
    pub(crate) fn of_bytes(bytes: u64, preset: &Preset) -> Option<Self> {
        let (name, most) = (preset.name, preset.limit_bytes);
        (bytes > most).then(|| {
            let message = format!("it has {bytes} bytes; {name} accepts at most {most}");
            let hint = "make it again with at most this number as --max-bytes";
            Self::new("too_many_bytes", message, hint)
        })
    }

    /// Metadata must be removed; a position is named first.
    pub(crate) fn of_leftovers(found: &[Leftover]) -> Vec<Self> {
        let words = |of_places: bool| {
            let some = found.iter().filter(|it| it.names_a_place == of_places);
            let mut words: Vec<&str> = some.map(|it| it.words.as_str()).collect();
            // One program can leave many pieces.
            words.dedup();
            (!words.is_empty()).then(|| words.join(", "))
        };
        let place = words(true).map(|words| {
            let message = format!("it contains the place where it was taken (GPS), in {words}");
            Self::new("gps", message, PREPARE)
        });
        let rest = words(false)
            .map(|words| Self::new("metadata", format!("it contains {words}"), PREPARE));
        place.into_iter().chain(rest).collect()
    }
}
