//! Words of the command line that clap alone would not understand. What it refuses is in `refused.rs`.

use std::ffi::OsString;
use std::path::Path;

use avatar_batch::args::nearest::nearest;
use avatar_batch::error::CliError;

use super::commands;

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
