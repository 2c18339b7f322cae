//! The words that flags accept: one table per flag. Values are read by it, messages list it, and completions offer
//! it.

use avatar_prepare::{Effort, Fit, Gravity, Mask};

use super::presets;
use crate::naming::OnCollision;
use crate::report::Color;

/// Words with the values that they mean.
type Words<T> = &'static [(&'static str, T)];

const COLORS: Words<Color> = &[
    ("auto", Color::Auto),
    ("always", Color::Always),
    ("never", Color::Never),
];

const EFFORTS: Words<Effort> = &[
    ("fast", Effort::Fast),
    ("balanced", Effort::Balanced),
    ("best", Effort::Best),
];

const FITS: Words<Fit> = &[
    ("cover", Fit::Cover),
    ("contain", Fit::Contain),
    ("auto", Fit::Auto),
];

/// Several can be given, in order of preference.
pub(super) const GRAVITIES: Words<Gravity> = &[
    ("face", Gravity::Face),
    ("subject", Gravity::Subject),
    ("center", Gravity::Center),
    ("top", Gravity::Top),
    ("bottom", Gravity::Bottom),
    ("left", Gravity::Left),
    ("right", Gravity::Right),
];

const MASKS: Words<Mask> = &[("circle", Mask::Circle), ("square", Mask::Square)];

const ON_COLLISION: Words<OnCollision> = &[
    ("error", OnCollision::Error),
    ("prefer", OnCollision::Prefer),
    ("suffix", OnCollision::Suffix),
];

/// Whether pictures that are too small are enlarged.
const TOO_SMALL: Words<bool> = &[("fail", false), ("enlarge", true)];

/// When to write in colours.
pub(super) fn color(text: &str) -> Result<Color, String> {
    read(text, COLORS)
}

/// How much time to spend on fidelity.
pub(super) fn effort(text: &str) -> Result<Effort, String> {
    read(text, EFFORTS)
}

/// How a picture that is not square becomes one.
pub(super) fn fit(text: &str) -> Result<Fit, String> {
    read(text, FITS)
}

/// The shape in which destinations show the square.
pub(super) fn mask(text: &str) -> Result<Mask, String> {
    read(text, MASKS)
}

/// What happens if two results have the same name.
pub(super) fn on_collision(text: &str) -> Result<OnCollision, String> {
    read(text, ON_COLLISION)
}

/// Whether pictures that are too small are enlarged.
pub(super) fn too_small(text: &str) -> Result<bool, String> {
    read(text, TOO_SMALL)
}

/// The value of a word; the error lists all words.
fn read<T: Copy>(text: &str, words: Words<T>) -> Result<T, String> {
    let found = words.iter().find(|(name, _)| *name == text);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names = names(words);
        let all = match names.split_last() {
            Some((last, others)) if !others.is_empty() => {
                format!("{} or {last}", others.join(", "))
            }
            _ => names.concat(),
        };
        format!("must be {all}, got {text:?}")
    })
}

/// The words alone.
pub(super) fn names<T>(words: Words<T>) -> Vec<&'static str> {
    words.iter().map(|(name, _)| *name).collect()
}

/// The words that the value of a flag can be or contain; none if it is a number, a path or free text.
pub fn words_of(flag: &str) -> Vec<&'static str> {
    match flag {
        "background" => vec!["white", "black", "auto"],
        "color" => names(COLORS),
        "effort" => names(EFFORTS),
        "fit" => names(FITS),
        "for" => presets::PRESETS.iter().map(|preset| preset.name).collect(),
        "gravity" => [names(GRAVITIES), vec!["auto"]].concat(),
        "mask" => names(MASKS),
        "on-collision" => names(ON_COLLISION),
        "pad" => vec!["auto", "blur", "white", "black"],
        "too-small" => names(TOO_SMALL),
        _ => Vec::new(),
    }
}
