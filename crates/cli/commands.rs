//! One table of the commands beside preparing itself; usage, help and dispatch follow it.

use clap::ArgMatches;

use crate::args::Command;
use crate::usage::UsageError;

/// A word that, as the first path, asks for something else than preparing.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// What follows the name in the usage.
    pub(crate) usage: &'static str,
    pub(crate) help: &'static str,
    /// Adds the arguments that only this command has; options are those of every run.
    pub(crate) args: fn(clap::Command) -> clap::Command,
    /// Reads them.
    pub(crate) read: fn(&ArgMatches) -> Result<Command, UsageError>,
}

/// Every command, in the order of the help.
#[rustfmt::skip]
pub(crate) static COMMANDS: &[Row] = &[
    Row { name: "config", usage: "[OPTIONS]",
        help: "Print the effective settings as a settings file, with their origins",
        args: |command| command,
        read: |_| Ok(Command::Config) },
    Row { name: "formats", usage: "",
        help: "Print which formats are read, and how far",
        args: |command| command,
        read: |_| Ok(Command::Formats) },
    Row { name: "verify", usage: "[OPTIONS] <OUT>",
        help: "Check every result in OUT against what was written",
        args: crate::verify::args,
        read: crate::verify::read },
    Row { name: "clean", usage: "[OPTIONS] <OUT> [--delete]",
        help: "Show or remove the results in OUT whose source is gone",
        args: crate::clean::args,
        read: crate::clean::read },
    Row { name: "presets", usage: "[--json]",
        help: "Print what platforms take, for --for",
        args: |command| command,
        read: |_| Ok(Command::Presets) },
    Row { name: "upload", usage: "[OPTIONS] [OUT] [--check | --status]",
        help: "Deliver the results in OUT",
        args: crate::upload::args,
        read: crate::upload::read },
];

/// The usage lines, preparing first.
pub(crate) fn usage() -> String {
    let mut lines = String::from("avatar-prep [OPTIONS] <IN>... <OUT>");
    for row in COMMANDS {
        let line = format!("\n       avatar-prep {} {}", row.name, row.usage);
        lines.push_str(line.trim_end_matches(' '));
    }
    lines
}

/// The lines of the help, aligned with those of the paths.
pub(crate) fn help() -> String {
    let line = |row: &Row| format!("  {:<8} {}\n", row.name, row.help);
    COMMANDS.iter().map(line).collect()
}

/// The row of that name.
pub(crate) fn find(name: &str) -> Option<&'static Row> {
    COMMANDS.iter().find(|row| row.name == name)
}
