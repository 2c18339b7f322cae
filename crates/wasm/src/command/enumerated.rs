//! The words that options accept, as in the table of the command, which also has words of options that are not
//! about pictures.

use avatar_prepare::{Effort, Fit, Gravity, Mask};

/// Words with the values that they mean.
type Words<T> = &'static [(&'static str, T)];

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

/// How much time to spend on fidelity.
pub(super) fn effort(text: &str) -> Result<Effort, String> {
    let words = [
        ("fast", Effort::Fast),
        ("balanced", Effort::Balanced),
        ("best", Effort::Best),
    ];
    read(text, &words)
}

/// How a picture that is not square becomes one.
pub(super) fn fit(text: &str) -> Result<Fit, String> {
    read(
        text,
        &[
            ("cover", Fit::Cover),
            ("contain", Fit::Contain),
            ("auto", Fit::Auto),
        ],
    )
}

/// The shape in which destinations show the square.
pub(super) fn mask(text: &str) -> Result<Mask, String> {
    read(text, &[("circle", Mask::Circle), ("square", Mask::Square)])
}

/// Whether pictures that are too small are enlarged.
pub(super) fn too_small(text: &str) -> Result<bool, String> {
    read(text, &[("fail", false), ("enlarge", true)])
}

/// The value of a word; the error lists all words.
fn read<T: Copy>(text: &str, words: &[(&'static str, T)]) -> Result<T, String> {
    let found = words.iter().find(|(name, _)| *name == text);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names = names(words);
        let all = match names.split_last() {
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => String::new(),
        };
        format!("must be {all}, got {text:?}")
    })
}

/// The words alone.
pub(super) fn names<T>(words: &[(&'static str, T)]) -> Vec<&'static str> {
    words.iter().map(|(name, _)| *name).collect()
}
