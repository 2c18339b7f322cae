//! Words of the command line that clap alone would not understand.

use std::ffi::OsString;
use std::path::Path;

use avatar_batch::args::flags::FLAGS;
use avatar_batch::args::nearest::nearest;
use avatar_batch::error::CliError;
use clap::ArgMatches;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::commands;

/// What helps when a path is missing.
const NAME_BOTH: &str =
    "name what to read and where to write: avatar-prep IN OUT; see avatar-prep --help";

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

/// The error of words that clap refuses; ends the process if they ask for the help or the version. For an unknown
/// option, the nearest one helps more than the advice to quote it.
#[allow(clippy::needless_pass_by_value)] // for `or_else`
pub(super) fn refuse(error: clap::Error) -> Result<ArgMatches, CliError> {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        error.exit();
    }
    if error.kind() == ErrorKind::TooFewValues {
        return Err(missing_out());
    }
    if is_without_paths(&error) {
        return Err(CliError::usage("missing arguments: IN and OUT", NAME_BOTH));
    }
    let word = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(word)) if error.kind() == ErrorKind::UnknownArgument => word,
        _ => return Err(described(&error)),
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
        None => Err(described(&error)),
    }
}

/// What clap says in its first paragraph; the others are advice and usage.
fn described(error: &clap::Error) -> CliError {
    let text = error.render().to_string();
    let lines = text.lines().take_while(|line| !line.trim().is_empty());
    let lines: Vec<&str> = lines.map(str::trim).collect();
    let sentence = lines.join(" ");
    let message = sentence.strip_prefix("error: ").unwrap_or(&sentence);
    CliError::usage(message, "see avatar-prep --help")
}

/// Whether the paths of a run are missing, and not those of another command.
fn is_without_paths(error: &clap::Error) -> bool {
    let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else {
        return false;
    };
    error.kind() == ErrorKind::MissingRequiredArgument
        && missing.iter().any(|name| name.starts_with("<IN>"))
}

/// The error of a run that names only one path.
pub(super) fn missing_out() -> CliError {
    CliError::usage("missing argument: OUT", NAME_BOTH)
}

/// The error of an upload for which no folder of results was named.
pub(crate) fn missing_results() -> CliError {
    let hint = "name the folder of results: avatar-prep upload OUT";
    CliError::usage("missing argument: OUT", hint)
}

/// Refuses a word that is no path and nearly the name of a command.
pub(super) fn refuse_misspelt(word: &Path) -> Result<(), CliError> {
    let names = commands::COMMANDS.iter().map(|row| row.name);
    let near = word.to_str().and_then(|word| nearest(word, names));
    match near.filter(|_| !word.exists()) {
        Some(near) => Err(CliError::usage(
            format!("{} is neither a path nor a command", word.display()),
            format!("did you mean {near}? see avatar-prep --help"),
        )),
        None => Ok(()),
    }
}
