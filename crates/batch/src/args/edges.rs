//! Compares the smallest edge with the edge, and names both as they were given.

use super::options::Options;
use super::origin::{Origin, Value, named};
use super::presets::Preset;
use crate::error::CliError;

/// Refuses a smallest edge above the edge. `place` is how the message names a value.
pub(super) fn check_edges(
    options: &Options,
    values: &[Value],
    variant: Option<&Preset>,
    place: impl Fn(&Value) -> String,
) -> Result<(), CliError> {
    let Err(error) = options.settings.check_edges() else {
        return Ok(());
    };
    let whose = variant.map_or(String::new(), |preset| format!(" of {}", preset.name));
    let least = named(values, "min-size", &place);
    let size = with_number(values, "size", options.settings.edge(), &place);
    let found = error.found;
    Err(CliError::usage(
        format!("{least}{whose} must be at most {size}, got {found}"),
        "lower --min-size, or raise --size",
    ))
}

/// How a message names a value together with the number that it is.
fn with_number(
    values: &[Value],
    flag: &str,
    number: u32,
    place: impl Fn(&Value) -> String,
) -> String {
    let Some(value) = values.iter().find(|value| value.flag.name == flag) else {
        return format!("{flag} ({number})");
    };
    let name = place(value);
    match &value.origin {
        Origin::Flag => format!("{name} ({number})"),
        // Without a line in a file, the origin is in parentheses already.
        origin if name == value.named() => format!("{flag} ({number}, from {origin})"),
        _ => format!("{name} ({number})"),
    }
}
