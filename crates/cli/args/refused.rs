//! What the parser refuses, in the words of this project. Each error names the argument, what was found and what is
//! allowed; the hint names the help of the command that was typed.

use std::error::Error;
use std::ffi::OsString;

use avatar_batch::args::nearest::nearest;
use avatar_batch::error::CliError;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgMatches, Command};

use super::commands::{self, CommandRow};
use super::records::takes_next;

/// What helps when a path is missing.
const NAME_BOTH: &str =
    "name what to read and where to write: avatar-prep IN OUT; see avatar-prep --help";

/// The error of words that clap refuses; ends the process if they ask for the help or the version.
pub(super) fn refuse(
    error: &clap::Error,
    program: &Command,
    words: &[OsString],
) -> Result<ArgMatches, CliError> {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        error.exit();
    }
    let row = named(words);
    let help = match row {
        Some(row) => format!("see avatar-prep {} --help", row.name),
        None => "see avatar-prep --help".into(),
    };
    let missing = strings(error, ContextKind::InvalidArg);
    Err(match error.kind() {
        ErrorKind::TooFewValues => missing_out(),
        // The paths of a run are one argument here.
        ErrorKind::MissingRequiredArgument if missing.iter().any(|it| it.starts_with("<IN>")) => {
            CliError::usage("missing arguments: IN and OUT", NAME_BOTH)
        }
        ErrorKind::UnknownArgument => unknown(error, program, row, help),
        _ => CliError::usage(
            sentence(error).unwrap_or_else(|| first_paragraph(error)),
            help,
        ),
    })
}

/// The error of a run that names only one path.
pub(super) fn missing_out() -> CliError {
    CliError::usage("missing argument: OUT", NAME_BOTH)
}

/// The command that the words name: the first of them that is no option and no value of one.
fn named(words: &[OsString]) -> Option<&'static CommandRow> {
    let mut rest = words.iter().skip(1);
    while let Some(word) = rest.next() {
        match word.to_str() {
            Some("--") => return None,
            Some(text) if text == "--config" || takes_next(text) => drop(rest.next()),
            Some(text) if text.starts_with('-') && text != "-" => {}
            Some(text) => return commands::find(text),
            None => return None,
        }
    }
    None
}

/// What is wrong, in one sentence; `None` for what no command line of this program leads to.
fn sentence(error: &clap::Error) -> Option<String> {
    let arg = strings(error, ContextKind::InvalidArg);
    let first = arg.first().map_or("", |it| name(it));
    let value = strings(error, ContextKind::InvalidValue).concat();
    Some(match error.kind() {
        ErrorKind::MissingRequiredArgument => {
            let names: Vec<&str> = arg.iter().map(|it| name(it)).collect();
            let plural = if names.len() > 1 { "s" } else { "" };
            format!("missing argument{plural}: {}", listed(&names, "and"))
        }
        ErrorKind::InvalidValue if value.is_empty() && first.starts_with('-') => {
            let whole: String = arg.concat().replace(['<', '>'], "");
            format!("missing value: {whole}")
        }
        ErrorKind::InvalidValue => {
            let words = strings(error, ContextKind::ValidValue);
            match words.is_empty() {
                true => format!("missing argument: {first}"),
                false => format!("{first} must be {}, got {value:?}", listed(&words, "or")),
            }
        }
        // The reader of the value has said what is allowed.
        ErrorKind::ValueValidation => format!("{first} {}", error.source()?),
        ErrorKind::ArgumentConflict => {
            let others = strings(error, ContextKind::PriorArg);
            let others: Vec<&str> = others.iter().map(|it| name(it)).collect();
            match others.as_slice() {
                [] => return None,
                [other] if *other == first => format!("{first} was given more than once"),
                all => format!("{first} cannot be combined with {}", listed(all, "and")),
            }
        }
        ErrorKind::TooManyValues => format!("{first} takes no value"),
        ErrorKind::InvalidUtf8 => "the value of an option is not UTF-8".into(),
        _ => return None,
    })
}

/// The error of an unknown option, for which the nearest one of the command helps most, or of a surplus path.
fn unknown(
    error: &clap::Error,
    program: &Command,
    row: Option<&CommandRow>,
    help: String,
) -> CliError {
    let word = strings(error, ContextKind::InvalidArg).concat();
    if !word.starts_with('-') {
        return CliError::usage(format!("unexpected argument: {word}"), help);
    }
    // What follows the option may be a token.
    let word = word.split('=').next().unwrap_or_default();
    let own = row.and_then(|row| program.find_subcommand(row.name));
    let all = [Some(program), own].into_iter().flatten();
    let all = all
        .flat_map(Command::get_arguments)
        .filter_map(Arg::get_long);
    let near = word.strip_prefix("--").and_then(|it| nearest(it, all));
    let near = near.map(|near| format!("did you mean --{near}? "));
    CliError::usage(
        format!("unknown option {word}"),
        format!("{}{help}", near.unwrap_or_default()),
    )
}

/// What clap says in its first paragraph; the others are advice and usage.
fn first_paragraph(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let lines = text.lines().take_while(|line| !line.trim().is_empty());
    let lines: Vec<&str> = lines.map(str::trim).collect();
    let sentence = lines.join(" ");
    sentence.strip_prefix("error: ").unwrap_or(&sentence).into()
}

fn strings(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(one)) => vec![one.clone()],
        Some(ContextValue::Strings(all)) => all.clone(),
        _ => Vec::new(),
    }
}

/// An argument without its marks: `--port` for `--port <N>`, `OUT` for `<OUT>`.
fn name(arg: &str) -> &str {
    let first = arg.split(' ').next().unwrap_or_default();
    first.trim_matches(['<', '>', '[', ']', '.'])
}

/// Words with commas, and `last` before the last one.
fn listed(words: &[impl AsRef<str>], last: &str) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.split_last() {
        Some((end, others)) if !others.is_empty() => {
            format!("{} {last} {end}", others.join(", "))
        }
        _ => words.concat(),
    }
}
