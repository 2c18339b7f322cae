//! The framing that a person is trying, and its text as options.

use avatar_batch::files::fingerprint::Hash;
use avatar_prepare::{Framing, Mask, Probe};
use axum::http::StatusCode;
use serde::Deserialize;

use crate::web::Refused;

/// Written before the hash of the recipe without any decision, in the first line of the options.
const BASE: &str = "# without this decision: recipe ";

/// The framing of one picture as the page sends it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Draft {
    /// `cover` or `contain`.
    fit: String,
    /// Left, top, width and height in pixels of the upright picture; none for all of it.
    crop: Option<[f64; 4]>,
    trim: bool,
    /// As for `--background`.
    background: String,
    /// As for `--pad`.
    padding: String,
}

impl Draft {
    /// The options as the text of a sidecar. It holds everything about framing, so that the result
    /// does not depend on what a later run sets. `base` is the recipe without any decision.
    pub(super) fn options(
        &self,
        probe: &Probe,
        framing: &Framing,
        base: Hash,
    ) -> Result<String, Refused> {
        let words = [&self.fit, &self.background, &self.padding];
        // They are put between quotes.
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '#';
        if !words.iter().all(|word| word.chars().all(is_plain)) {
            return Err(wrong(
                "fit, background and padding must be words or #rrggbb",
            ));
        }
        let crop = match (&*self.fit, self.crop) {
            ("cover", Some(crop)) => cropped(crop, probe)?,
            ("contain", None) => "none".into(),
            ("contain", Some(crop)) => cropped(crop, probe)?,
            _ => return Err(wrong("fit must be cover with a crop, or contain")),
        };
        let mask = match framing.mask() {
            Mask::Circle => "circle",
            Mask::Square => "square",
        };
        let Self {
            fit,
            trim,
            background,
            padding,
            ..
        } = self;
        let margin = framing.margin();
        Ok(format!(
            "{BASE}{base}\nfit = \"{fit}\"\ncrop = \"{crop}\"\ntrim = {trim}\n\
             background = \"{background}\"\npad = \"{padding}\"\nmargin = \"{margin}\"\n\
             mask = \"{mask}\"\ngravity = \"center\"\nfocus = \"none\"\n"
        ))
    }
}

/// The hash of the recipe without any decision, as digits, if these options name it.
pub(super) fn base(options: &str) -> Option<&str> {
    options.lines().next()?.strip_prefix(BASE)
}

/// The rectangle as `--crop` takes it: whole pixels inside the picture; per cent of a drawing,
/// because a drawing has no pixels.
fn cropped([x, y, width, height]: [f64; 4], probe: &Probe) -> Result<String, Refused> {
    let size = (probe.width(), probe.height());
    let (across, down) = probe.orientation().upright_size(size);
    if ![x, y, width, height].iter().all(|value| value.is_finite()) {
        return Err(wrong("the crop must be four numbers"));
    }
    let (steps, suffix) = match probe.is_scalable() {
        true => ((10_000.0, 10_000.0), "%"),
        false => ((f64::from(across), f64::from(down)), ""),
    };
    let part = |start: f64, length: f64, whole: u32, steps: f64| {
        let scaled = |value: f64| (value * steps / f64::from(whole.max(1))).round();
        let length = scaled(length).clamp(1.0, steps);
        let start = scaled(start).clamp(0.0, steps - length);
        match probe.is_scalable() {
            true => (start / 100.0, length / 100.0),
            false => (start, length),
        }
    };
    let (left, width) = part(x, width, across, steps.0);
    let (top, height) = part(y, height, down, steps.1);
    Ok(format!("{left},{top},{width},{height}{suffix}"))
}

fn wrong(message: &str) -> Refused {
    Refused::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong_request", message)
}
