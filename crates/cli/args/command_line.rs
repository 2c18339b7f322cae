//! The command line, built from the table of flags.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use avatar_batch::args::config::{self, Effective};
use avatar_batch::args::flags::{FLAGS, Flag};
use avatar_batch::args::variables;
use avatar_batch::error::CliError;
use clap::builder::styling::{AnsiColor, Styles};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, value_parser};

use super::commands;
use super::refused::{missing_out, refuse};
use super::words::{asked, refuse_misspelt};
use crate::command::Command;

/// What the program does.
pub(super) const ABOUT: &str = "Turn any pictures into upright, centre-cropped, square sRGB JPEGs that never exceed a byte cap.";

/// What IN can be, for the help and the manual page.
pub(crate) const IN: &str =
    "Pictures, folders, s3://, gs://, az:// or https://; - is standard input";

/// What OUT can be.
pub(crate) const OUT: &str = "Folder, s3://, gs://, az://, or one .jpg file; - is standard output";

/// Examples of command lines, for the help and the manual page.
pub(crate) const EXAMPLES: &str =
    "  avatar-prep photos/ avatars/                  all pictures of a folder, tree mirrored
  avatar-prep logo.png avatar.jpg               one picture
  avatar-prep --size 512 --max-bytes 100kB photos/ avatars/
  avatar-prep --background black logos/ avatars/
  avatar-prep --dry-run photos/ avatars/        what would be made
  avatar-prep --watch inbox/ avatars/           new pictures as they arrive
  avatar-prep --name '{dir}/{stem}-{size}.jpg' photos/ avatars/
  avatar-prep --shard 3/16 photos/ avatars/     the third of sixteen shares
  avatar-prep s3://brand/pictures/ s3://brand/avatars/   from bucket to bucket; also gs://, az://
  avatar-prep verify avatars/                   check that results are intact
  avatar-prep open                              drop pictures into a page in a browser
  avatar-prep review avatars/                   approve and move pictures in a browser
  avatar-prep --json photos/ avatars/ | jq -r 'select(.status == \"failed\") | .source'
  avatar-prep - avatar.jpg < photo.heic         standard input; - as OUT is standard output
  avatar-prep config --size 512 > small.toml    save settings for --config small.toml
  avatar-prep --for slack photos/ avatars/      defaults of a platform, see avatar-prep presets
  avatar-prep photos/ avatars/ --upload --accounts accounts.toml";

/// Where options can be set.
pub(crate) const SETTINGS: &str = "\
Every option can also be set by a variable (AVATAR_PREP_MAX_BYTES=100kB) or in avatar-prep.toml
(max-bytes = \"100kB\"). Flags override variables, variables override the file.
[[rule]] tables set options for pictures whose paths match, and a file a.png.toml for the picture
a.png in the same folder.";

/// What the exit code means.
pub(crate) const EXIT_CODES: &str = "\
Exit codes: 0 all done, 1 some failed, 2 nothing could be done, 3 some uploads are left for later
(run the same command again), 130 interrupted.";

/// The template of the help, with one line per command.
fn template() -> String {
    format!(
        "\
{{about}}

{{usage-heading}} {{usage}}

  <IN>...      {IN}
  <OUT>        {OUT}
{}
{{all-args}}{{after-help}}
",
        commands::help()
    )
}

/// The command line as clap knows it.
fn command() -> clap::Command {
    let styles = Styles::styled()
        .header(AnsiColor::Green.on_default().bold())
        .usage(AnsiColor::Green.on_default().bold())
        .literal(AnsiColor::Cyan.on_default().bold())
        .placeholder(AnsiColor::Cyan.on_default());
    bare()
        .about(ABOUT)
        .after_help(format!("Examples:\n{EXAMPLES}\n\n{SETTINGS}\n{EXIT_CODES}"))
        .styles(styles)
        .term_width(100)
        .help_template(template())
        .subcommand_negates_reqs(true)
        .subcommands(commands::COMMANDS.iter().map(subcommand))
        .arg(paths().hide(true))
        .args(FLAGS.iter().map(|flag| arg(flag, None)))
        .args(others())
}

/// The program with its name, version and usage only.
pub(super) fn bare() -> clap::Command {
    clap::Command::new("avatar-prep")
        .version(env!("CARGO_PKG_VERSION"))
        .override_usage(commands::usage())
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
}

/// What to read, and where to write.
pub(super) fn paths() -> Arg {
    Arg::new("paths")
        .value_names(["IN", "OUT"])
        .value_parser(value_parser!(PathBuf))
        .required(true)
        .num_args(1..)
}

/// The options that stand in no table.
pub(super) fn others() -> Vec<Arg> {
    let config = Arg::new("config")
        .long("config")
        .value_name("FILE")
        .help("Settings file [default: avatar-prep.toml, if there]")
        .help_heading("The run")
        .value_parser(value_parser!(PathBuf))
        .global(true);
    let help = other("help", 'h', ArgAction::Help, "Print this").global(true);
    let version = other("version", 'V', ArgAction::Version, "Print the version");
    vec![config, help, version]
}

/// A subcommand; hidden, because the template lists it.
fn subcommand(row: &commands::CommandRow) -> clap::Command {
    let command = clap::Command::new(row.name).about(row.help).hide(true);
    // A flag that is not listed is accepted all the same.
    let flags = FLAGS.iter();
    (row.args)(command).args(flags.map(|flag| arg(flag, row.text(flag)).hide(!(row.lists)(flag))))
}

fn other(name: &'static str, short: char, action: ArgAction, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .short(short)
        .action(action)
        .help(help)
        .help_heading("Other")
}

/// A flag of the table, with a help of its own for a command.
pub(super) fn arg(flag: &'static Flag, help: Option<&'static str>) -> Arg {
    let help = help.unwrap_or(flag.help);
    let arg = Arg::new(flag.name)
        .long(flag.name)
        .help_heading(flag.group.heading())
        .global(true);
    let arg = match flag.value {
        Some(value) => arg
            .value_name(value)
            .action(match flag.repeats() {
                true => ArgAction::Append,
                false => ArgAction::Set,
            })
            .help(format!("{help} [default: {}]", flag.default)),
        None => arg.action(ArgAction::SetTrue).help(help),
    };
    match flag.short {
        Some(short) => arg.short(short),
        None => arg,
    }
}

/// Parses the command line. `--help` and `--version` end the process inside clap. `learn` is
/// called with the accounts file before a refused value is printed, so that tokens in it are
/// masked.
pub(crate) fn parse(
    words: impl Iterator<Item = OsString>,
    learn: impl Fn(Option<&Path>),
) -> Result<(Command, Effective), CliError> {
    let words = asked(words);
    let mut program = command();
    let matches = program
        .try_get_matches_from_mut(&words)
        .or_else(|error| refuse(&error, &program, &words))?;
    let row = matches.subcommand_name().and_then(commands::find);
    let scope = matches.subcommand().map_or(&matches, |(_, scope)| scope);
    let file = scope.get_one::<PathBuf>("config").cloned();
    let file = file.or_else(|| variable(variables::CONFIG));
    variables::check()?;
    let typed = |flag: &Flag| {
        let is_typed = scope.value_source(flag.name) == Some(ValueSource::CommandLine);
        match flag.value {
            _ if !is_typed => None,
            Some(_) => {
                let all = scope.get_many::<String>(flag.name)?;
                Some(all.cloned().collect::<Vec<_>>().join(","))
            }
            None => Some(true.to_string()),
        }
    };
    let effective = config::merge(typed, file.as_deref(), learn)?;
    let command = match row {
        Some(row) => (row.read)(scope)?,
        None => prepare(&matches, effective.options.from.is_some())?,
    };
    Ok((command, effective))
}

fn variable(name: &str) -> Option<PathBuf> {
    let value = std::env::var_os(name).filter(|value| !value.is_empty());
    value.map(PathBuf::from)
}

/// With a list of sources, inputs may be left out.
fn prepare(matches: &ArgMatches, has_list: bool) -> Result<Command, CliError> {
    let mut inputs: Vec<PathBuf> = matches
        .get_many("paths")
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    let Some(output) = inputs.pop() else {
        return Err(missing_out());
    };
    let only = (inputs.is_empty() && !has_list).then_some(&output);
    inputs
        .first()
        .or(only)
        .map_or(Ok(()), |word| refuse_misspelt(word))?;
    if only.is_some() {
        return Err(missing_out());
    }
    Ok(Command::Prepare { inputs, output })
}
