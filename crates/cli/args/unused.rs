//! Typed flags that change nothing for the command. The settings file and variables are for all commands, so they
//! give no warning.

use avatar_batch::args::{Effective, Origin};

use super::commands;
use crate::command::Command;

/// Flags that also decide how the error of any command is printed.
const OF_ERRORS: [&str; 2] = ["json", "color"];

/// Flags that commands refuse, with an error of their own.
const REFUSED: [(&str, &[&str]); 2] = [("open", &["dry-run", "pack"]), ("review", &["dry-run"])];

/// A warning for each typed flag that changes nothing for this command.
pub(crate) fn unused(command: &Command, effective: &Effective) -> Vec<String> {
    let Some(row) = command.name().and_then(commands::find) else {
        return Vec::new(); // A run has warnings of its own.
    };
    let refused = REFUSED.iter().filter(|(name, _)| *name == row.name);
    let refused: Vec<&str> = refused
        .flat_map(|(_, flags)| flags.iter().copied())
        .collect();
    let typed = effective
        .values
        .iter()
        .filter(|value| value.origin == Origin::Flag && value.text != value.flag.default);
    typed
        .map(|value| value.flag)
        .filter(|flag| !(row.lists)(flag) && !OF_ERRORS.contains(&flag.name))
        .filter(|flag| !refused.contains(&flag.name))
        .map(|flag| format!("--{} changes nothing for {}", flag.name, row.name))
        .collect()
}
