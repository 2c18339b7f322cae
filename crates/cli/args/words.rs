//! Words of the command line that clap alone would not understand.

use std::ffi::OsString;

use clap::ArgMatches;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::commands;
use super::flags::FLAGS;
use super::nearest::nearest;
use crate::error::CliError;

/// Flags that stand in no table.
const OTHERS: [&str; 10] = [
    "check",
    "config",
    "delete",
    "export",
    "format",
    "help",
    "no-open",
    "other-settings",
    "port",
    "version",
];

/// `help` and `help COMMAND` ask for the help, as in other programs. A folder of that name can still be
/// read: it has a folder of results beside it.
pub(super) fn asked(words: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let words: Vec<OsString> = words.collect();
    let is_command = |word: &OsString| word.to_str().and_then(commands::find).is_some();
    match words.as_slice() {
        [program, help] if help == "help" => vec![program.clone(), "--help".into()],
        [program, help, command] if help == "help" && is_command(command) => {
            vec![program.clone(), command.clone(), "--help".into()]
        }
        _ => words,
    }
}

/// Ends the process as clap does, but for an unknown option: the nearest one helps more than the advice
/// to quote it.
#[allow(clippy::needless_pass_by_value)] // for `or_else`
pub(super) fn refuse(error: clap::Error) -> Result<ArgMatches, CliError> {
    if error.kind() == ErrorKind::TooFewValues {
        return Err(missing_out());
    }
    let word = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(word)) if error.kind() == ErrorKind::UnknownArgument => word,
        _ => error.exit(),
    };
    // What follows the option may be a token.
    let word = word.split('=').next().unwrap_or_default();
    let all = FLAGS.iter().map(|flag| flag.name).chain(OTHERS);
    let name = word.strip_prefix("--");
    match name.and_then(|name| nearest(name, all)) {
        Some(near) => Err(CliError::usage(
            format!("unknown option {word}"),
            format!("did you mean --{near}? see avatar-prep --help"),
        )),
        None => error.exit(),
    }
}

/// The error of a run that names only one path.
pub(super) fn missing_out() -> CliError {
    CliError::usage(
        "missing argument: OUT",
        "name what to read and where to write: avatar-prep IN OUT",
    )
}
