//! The command line as completions and manual pages describe it: each command has only the options that its help
//! lists, and each value says which words, files or folders it can be.

use avatar_batch::args::enumerated;
use avatar_batch::args::flags::FLAGS;
use clap::builder::PossibleValuesParser;
use clap::{Arg, Command, ValueHint};

use super::command_line::{ABOUT, arg, bare, others, paths};
use super::commands::{COMMANDS, CommandRow};

/// Preparing, with the other commands below it.
pub(crate) fn described() -> Command {
    let flags = FLAGS.iter().map(|flag| with_words(arg(flag, None)));
    let command = bare()
        .about(ABOUT)
        .arg(paths().value_hint(ValueHint::AnyPath))
        .args(flags)
        .args(others())
        .subcommands(COMMANDS.iter().map(subcommand));
    command.mut_args(with_hint)
}

fn subcommand(row: &CommandRow) -> Command {
    let command = Command::new(row.name)
        .about(row.help)
        .override_usage(format!("avatar-prep {} {}", row.name, row.usage))
        .disable_help_flag(true);
    let listed = FLAGS.iter().filter(|flag| (row.lists)(flag));
    let listed = listed.map(|flag| with_words(arg(flag, row.text(flag))));
    let command = (row.args)(command).args(listed);
    // `--version` belongs to the program.
    let others = others().into_iter().filter(|arg| arg.get_id() != "version");
    command.args(others).mut_args(with_hint)
}

/// Adds the words that the value can be, for lists as parts between commas. They are only described: the parser
/// has its own messages.
fn with_words(arg: Arg) -> Arg {
    let name = arg.get_id().as_str().to_string();
    let is_list = FLAGS
        .iter()
        .any(|flag| flag.name == name && flag.takes_a_list());
    let words = enumerated::words_of(&name);
    let arg = match words.is_empty() {
        true => arg,
        false => arg.value_parser(PossibleValuesParser::new(words)),
    };
    match is_list {
        true => arg.value_delimiter(','),
        false => arg,
    }
}

/// Adds whether the value is a file or a folder; the placeholder in the help says it.
fn with_hint(arg: Arg) -> Arg {
    let value = arg.get_value_names().and_then(<[_]>::first);
    let is_argument = arg.get_long().is_none();
    let hint = match value.map(clap::builder::Str::as_str) {
        Some("FILE" | "FILES") if !is_argument => ValueHint::FilePath,
        Some("FILES") => ValueHint::AnyPath,
        Some("DIR" | "OUT") => ValueHint::DirPath,
        _ => return arg,
    };
    arg.value_hint(hint)
}
