//! Finds parts of CSS values that are not understood, for notes.

use super::syntax::words;
use super::variables::url;

/// Functions that browsers evaluate in values of a drawing.
const FUNCTIONS: [&str; 31] = [
    "abs",
    "acos",
    "asin",
    "atan",
    "atan2",
    "attr",
    "calc",
    "contrast-color",
    "cos",
    "env",
    "exp",
    "hypot",
    "if",
    "image-set",
    "log",
    "matrix3d",
    "max",
    "min",
    "mod",
    "perspective",
    "pow",
    "rem",
    "rotate3d",
    "rotateX",
    "rotateY",
    "round",
    "sibling-index",
    "sign",
    "sin",
    "sqrt",
    "tan",
];

/// The functions in a value that could not be parsed.
pub(super) fn not_understood(value: &str) -> impl Iterator<Item = &'static str> {
    let calls = |name: &str| {
        value.match_indices(name).any(|(at, _)| {
            let is_apart = value
                .get(..at)
                .and_then(|before| before.bytes().last())
                .is_none_or(|byte| !byte.is_ascii_alphanumeric() && byte != b'-');
            let after = value.get(at + name.len()..);
            is_apart && after.is_some_and(|rest| rest.starts_with('('))
        })
    };
    let functions = FUNCTIONS.into_iter().filter(move |name| calls(name));
    let relative = value.contains("(from ").then_some("relative colour");
    functions.chain(relative)
}

/// The first link of a value that leads out of the drawing.
pub(super) fn outside(value: &str) -> Option<&str> {
    words(value)
        .filter_map(url)
        .find(|target| !target.starts_with('#') && !target.is_empty())
}
