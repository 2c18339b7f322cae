//! `avatar-prep config`: the effective settings as a settings file.

use crate::args::{Effective, Value};
use crate::exit::Exit;
use crate::report::{console, mask};

/// Prints every effective value as a line of a settings file.
pub(crate) fn run(effective: &Effective) -> Exit {
    let mut text = String::new();
    for Value {
        flag,
        text: value,
        origin,
    } in &effective.values
    {
        let value = &mask::text(value);
        let is_integer = value
            .parse::<i64>()
            .is_ok_and(|number| number.to_string() == *value);
        let is_bare = is_integer || flag.value.is_none();
        let value = if is_bare {
            value.clone()
        } else {
            format!("{value:?}")
        };
        let line = format!("{} = {value}", flag.name);
        text.push_str(&format!("{line:<34} # {origin}\n"));
    }
    match console::write_stdout(text.as_bytes()) {
        Ok(()) => Exit::AllDone,
        Err(_) => Exit::SomeFailed,
    }
}
