//! The table of commands other than preparing. Usage, help and parsing are made from it.

use std::path::PathBuf;

use avatar_batch::args::flags::Flag;
use avatar_batch::error::CliError;
use clap::{Arg, ArgAction, ArgMatches, value_parser};

use super::{printed, used};
use crate::command::{CheckFormat, Clean, Command, Page, Review, Wish};

/// A command: a word in the place of the first path.
pub(crate) struct CommandRow {
    pub(crate) name: &'static str,
    /// What follows the name in the usage line.
    pub(crate) usage: &'static str,
    pub(crate) help: &'static str,
    /// Whether this command uses a flag, so that its help lists it.
    pub(crate) lists: fn(&Flag) -> bool,
    /// Flags with their help, where a flag does something else than in a run.
    pub(crate) texts: &'static [(&'static str, &'static str)],
    /// Adds the arguments of this command.
    pub(crate) args: fn(clap::Command) -> clap::Command,
    /// Reads those arguments.
    pub(crate) read: fn(&ArgMatches) -> Result<Command, CliError>,
}

/// All commands, in the order of the help.
#[rustfmt::skip]
pub(crate) static COMMANDS: &[CommandRow] = &[
    CommandRow { name: "config", usage: "[OPTIONS] [--for-file FILE [IN]]",
        help: "Print the effective settings and where they come from",
        lists: |_| true,
        texts: &[],
        args: config_args,
        read: read_config },
    CommandRow { name: "formats", usage: "[--json]",
        help: "Print the supported formats",
        lists: |flag| flag.name == "json",
        texts: &[("json", "One JSON object per format on standard output")],
        args: |command| command,
        read: |_| Ok(Command::Formats) },
    CommandRow { name: "verify", usage: "[OPTIONS] <OUT>",
        help: "Check that the results in OUT are intact",
        lists: used::by_verify,
        texts: &[
            ("jobs", "Files hashed in parallel; auto: one per core"),
            ("memory", "Memory for results; auto: half of what is available"),
            ("json", "One JSON object per fault on standard output"),
            ("limit-bytes", "Largest result that is fetched from a store"),
        ],
        args: |command| command.arg(results(IN_A_STORE).required(true)),
        read: |matches| Ok(Command::Verify(folder(matches))) },
    CommandRow { name: "check", usage: "[OPTIONS] <FILES>... [--format github]",
        help: "Check that pictures of any origin suit the platforms of --for",
        lists: used::by_check,
        texts: &[
            ("for", "Platforms to check against, see avatar-prep presets"),
            ("jobs", "Files checked in parallel; auto: one per core"),
            ("allow-empty", "Accept that there is no picture to check"),
            ("json", "One JSON object per file and platform on standard output"),
            ("verbose", "Also list files without a fault"),
        ],
        args: check_args,
        read: read_check },
    CommandRow { name: "clean", usage: "[OPTIONS] <OUT> [--delete] [--other-settings]",
        help: "List or delete results in OUT whose source is gone",
        lists: used::by_clean,
        texts: &[
            ("dry-run", "Delete nothing, also with --delete"),
            ("json", "One JSON object per result on standard output"),
        ],
        args: clean_args,
        read: |matches| Ok(Command::Clean(folder(matches), Clean {
            delete: matches.get_flag("delete"),
            other_settings: matches.get_flag("other-settings"),
        })) },
    CommandRow { name: "open", usage: "[OPTIONS] [OUT] [--port N] [--no-open]",
        help: "Drop pictures into a page in a browser and get them as a zip, or in OUT",
        lists: used::by_open,
        texts: &[
            ("json", "Print the address as a JSON object on standard output"),
            ("quiet", "Print the address and failures only"),
        ],
        args: |command| page_args(command.arg(results(FOLDER))),
        read: |matches| Ok(Command::Open(matches.get_one("out").cloned(), page(matches))) },
    CommandRow { name: "review", usage: "[OPTIONS] <OUT> [--port N] [--no-open] [--export FILE]",
        help: "Approve and move the pictures of OUT in a browser",
        lists: used::by_review,
        texts: &[
            ("jobs", "Sources compared in parallel; auto: one per core"),
            ("json", "Print the address as a JSON object on standard output"),
            ("quiet", "Print the address and warnings only"),
        ],
        args: review_args,
        read: read_review },
    CommandRow { name: "presets", usage: "[--json]",
        help: "Print the platforms that --for knows",
        lists: |flag| flag.name == "json",
        texts: &[("json", "One JSON object per platform on standard output")],
        args: |command| command,
        read: |_| Ok(Command::Presets) },
    CommandRow { name: "upload", usage: "[OPTIONS] [OUT] [--check | --status]",
        help: "Deliver the results in OUT",
        lists: used::by_upload,
        texts: &[
            ("dry-run", "Show what would be sent; send and write nothing"),
            ("json", "One JSON object per delivery on standard output"),
            ("verbose", "Show every delivery, with where it can be seen"),
            ("limit-bytes", "Largest result that is fetched from a store"),
        ],
        args: upload_args,
        read: read_upload },
    CommandRow { name: "completions", usage: "<SHELL>",
        help: "Print a script for bash, zsh, fish or powershell that completes commands and options",
        lists: |_| false,
        texts: &[],
        args: |command| command.arg(printed::shell()),
        read: |matches| Ok(Command::Completions(matches.get_one("shell").cloned().unwrap_or_default())) },
    CommandRow { name: "man", usage: "[DIR]",
        help: "Print the manual page, or write the pages of all commands into DIR",
        lists: |_| false,
        texts: &[],
        args: |command| command.arg(printed::folder()),
        read: |matches| Ok(Command::Manual(matches.get_one("dir").cloned())) },
];

impl CommandRow {
    /// The help of a flag, if this command has its own.
    pub(super) fn text(&self, flag: &Flag) -> Option<&'static str> {
        let found = self.texts.iter().find(|(name, _)| *name == flag.name);
        found.map(|(_, text)| *text)
    }
}

/// The usage lines, preparing first.
pub(crate) fn usage() -> String {
    let mut lines = String::from("avatar-prep [OPTIONS] <IN>... <OUT>");
    for row in COMMANDS {
        let line = format!("\n       avatar-prep {} {}", row.name, row.usage);
        lines.push_str(line.trim_end_matches(' '));
    }
    lines
}

/// The help lines of the commands, aligned with those of the paths.
pub(crate) fn help() -> String {
    let line = |row: &CommandRow| format!("  {:<12} {}\n", row.name, row.help);
    COMMANDS.iter().map(line).collect()
}

/// The command with this name.
pub(crate) fn find(name: &str) -> Option<&'static CommandRow> {
    COMMANDS.iter().find(|row| row.name == name)
}

fn config_args(command: clap::Command) -> clap::Command {
    let file = Arg::new("for-file")
        .long("for-file")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("Print the options of this picture, with its rules and its sidecar");
    let input = Arg::new("in")
        .value_name("IN")
        .value_parser(value_parser!(PathBuf))
        .requires("for-file")
        .help("The input folder of the run, to which the globs of rules are relative");
    command.arg(file).arg(input)
}

fn read_config(matches: &ArgMatches) -> Result<Command, CliError> {
    Ok(Command::Config {
        file: matches.get_one("for-file").cloned(),
        input: matches.get_one("in").cloned(),
    })
}

/// What OUT is for commands that work on this machine only.
const FOLDER: &str = "Folder of results";

/// What OUT is for commands that also read from stores.
const IN_A_STORE: &str = "Folder of results, or their prefix in a store";

/// The argument that names the results.
fn results(help: &'static str) -> Arg {
    Arg::new("out")
        .value_name("OUT")
        .value_parser(value_parser!(PathBuf))
        .help(help)
}

/// The folder that was named.
fn folder(matches: &ArgMatches) -> PathBuf {
    matches.get_one("out").cloned().unwrap_or_default()
}

fn check_args(command: clap::Command) -> clap::Command {
    let files = Arg::new("files")
        .value_name("FILES")
        .value_parser(value_parser!(PathBuf))
        .required(true)
        .num_args(1..)
        .help("Pictures or folders of pictures");
    let format = Arg::new("format")
        .long("format")
        .value_name("FORM")
        .value_parser(["text", "github"])
        .default_value("text")
        .help("What to print; github: annotations and a summary for a workflow");
    command.arg(files).arg(format)
}

fn read_check(matches: &ArgMatches) -> Result<Command, CliError> {
    let files = matches.get_many("files").into_iter().flatten().cloned();
    let format = match matches.get_one::<String>("format").map(String::as_str) {
        Some("github") => CheckFormat::Github,
        _ => CheckFormat::Text,
    };
    Ok(Command::Check(files.collect(), format))
}

fn clean_args(command: clap::Command) -> clap::Command {
    let delete = Arg::new("delete")
        .long("delete")
        .action(ArgAction::SetTrue)
        .help("Delete these results");
    let other_settings = Arg::new("other-settings")
        .long("other-settings")
        .action(ArgAction::SetTrue)
        .help("Also results of sources that were prepared later with other settings under another name");
    let out = results(FOLDER).required(true);
    command.arg(out).arg(delete).arg(other_settings)
}

fn upload_args(command: clap::Command) -> clap::Command {
    let switch = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .help(help)
    };
    command
        .arg(results(IN_A_STORE))
        .arg(switch(
            "check",
            "Ask every account whether it is ready; send nothing",
        ))
        .arg(
            switch(
                "status",
                "Print the state of every delivery; contact nobody",
            )
            .conflicts_with("check"),
        )
}

/// The arguments of a command that serves a page.
fn page_args(command: clap::Command) -> clap::Command {
    let port = Arg::new("port")
        .long("port")
        .value_name("N")
        .value_parser(port)
        .help("Port on this machine [default: a free one]");
    let no_open = Arg::new("no-open")
        .long("no-open")
        .action(ArgAction::SetTrue)
        .help("Print the address only; open no browser");
    command.arg(port).arg(no_open)
}

fn port(text: &str) -> Result<u16, String> {
    let port = text.parse();
    port.map_err(|_| format!("must be 0 to {}, got {text:?}", u16::MAX))
}

fn page(matches: &ArgMatches) -> Page {
    Page {
        port: matches.get_one("port").copied().unwrap_or(0),
        opens_browser: !matches.get_flag("no-open"),
    }
}

fn review_args(command: clap::Command) -> clap::Command {
    let export = Arg::new("export")
        .long("export")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("Write the decisions as rules to this .toml file and end");
    page_args(command.arg(results(FOLDER).required(true))).arg(export)
}

fn read_review(matches: &ArgMatches) -> Result<Command, CliError> {
    let review = Review {
        page: page(matches),
        export: matches.get_one("export").cloned(),
    };
    Ok(Command::Review(folder(matches), review))
}

/// The error of an upload for which no folder of results was named.
pub(crate) fn missing_results() -> CliError {
    let hint = "name the folder of results: avatar-prep upload OUT";
    CliError::usage("missing argument: OUT", hint)
}

fn read_upload(matches: &ArgMatches) -> Result<Command, CliError> {
    let wish = match (matches.get_flag("check"), matches.get_flag("status")) {
        (true, _) => Wish::Check,
        (_, true) => Wish::Status,
        _ => Wish::Deliver,
    };
    let out = matches.get_one::<PathBuf>("out").cloned();
    if out.is_none() && wish != Wish::Check {
        return Err(missing_results());
    }
    Ok(Command::Upload(wish, out))
}
