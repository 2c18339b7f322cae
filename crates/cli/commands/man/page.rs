//! The sections of a manual page.

use clap::builder::PossibleValue;
use clap::{Arg, Command};

use super::roff::Roff;
use crate::args::{EXAMPLES, EXIT_CODES, IN, OUT, SETTINGS};

/// The page of the program: preparing, and a list of the commands.
pub(super) fn of_program(program: &Command) -> String {
    let mut roff = head(program, "avatar-prep");
    roff.section("ARGUMENTS");
    roff.item("IN", IN);
    roff.item("OUT", OUT);
    roff.section("COMMANDS");
    for command in program.get_subcommands() {
        let name = format!("avatar-prep-{}(1)", command.get_name());
        roff.item(&name, &about(command));
    }
    options(&mut roff, program);
    roff.section("SETTINGS");
    roff.paragraph(SETTINGS);
    roff.section("FILES");
    roff.item(
        "avatar-prep.toml",
        "Settings of a run, in the working folder",
    );
    roff.item("NAME.EXT.toml", "Options of the picture NAME.EXT beside it");
    roff.item(".avatarprepignore", "Globs of files that are left out");
    roff.item(
        "OUT/.avatar-prep",
        "What is known of results, and the journal of deliveries: back it up",
    );
    roff.section("EXAMPLES");
    roff.verbatim(EXAMPLES);
    roff.section("EXIT STATUS");
    roff.paragraph(EXIT_CODES);
    roff.finish()
}

/// The page of another command.
pub(super) fn of_command(command: &Command) -> String {
    let mut roff = head(command, &format!("avatar-prep-{}", command.get_name()));
    let arguments: Vec<&Arg> = command
        .get_arguments()
        .filter(|arg| arg.get_long().is_none())
        .collect();
    if !arguments.is_empty() {
        roff.section("ARGUMENTS");
        for arg in arguments {
            roff.item(&values(arg).join(" "), &help(arg));
        }
    }
    options(&mut roff, command);
    roff.section("EXIT STATUS");
    roff.paragraph(EXIT_CODES);
    roff.section("SEE ALSO");
    roff.paragraph("avatar-prep(1)");
    roff.finish()
}

fn head(command: &Command, name: &str) -> Roff {
    let mut roff = Roff::new(name, env!("CARGO_PKG_VERSION"));
    let about = about(command);
    roff.section("NAME");
    roff.paragraph(&format!("{name} - {}", about.trim_end_matches('.')));
    roff.section("SYNOPSIS");
    // The usage of the program has one line for each command.
    let usage = command.clone().render_usage().to_string();
    let lines = usage.trim_start_matches("Usage: ").lines().map(str::trim);
    roff.verbatim(&lines.collect::<Vec<_>>().join("\n"));
    roff.section("DESCRIPTION");
    roff.paragraph(&about);
    roff
}

/// The options under the headings that the help has.
fn options(roff: &mut Roff, command: &Command) {
    let all = command
        .get_arguments()
        .filter(|arg| arg.get_long().is_some());
    let all: Vec<&Arg> = all.collect();
    let heading = |arg: &Arg| {
        arg.get_help_heading()
            .unwrap_or("Of this command")
            .to_string()
    };
    let mut headings: Vec<String> = Vec::new();
    for arg in &all {
        if !headings.contains(&heading(arg)) {
            headings.push(heading(arg));
        }
    }
    roff.section("OPTIONS");
    for title in headings {
        roff.subsection(&title);
        for arg in all.iter().filter(|arg| heading(arg) == title) {
            roff.option(
                arg.get_short(),
                arg.get_long().unwrap_or_default(),
                values(arg).first().map(String::as_str),
                &help(arg),
            );
        }
    }
}

fn about(command: &Command) -> String {
    let about = command.get_about().map(ToString::to_string);
    about.unwrap_or_default()
}

/// The help, with what clap adds to it on the terminal.
fn help(arg: &Arg) -> String {
    let mut help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let defaults = arg.get_default_values();
    for default in defaults {
        help.push_str(&format!(" [default: {}]", default.to_string_lossy()));
    }
    // The help of flags in the table lists the words itself.
    let is_listed = defaults.is_empty() && arg.get_long().is_some();
    let values = arg.get_possible_values();
    if !is_listed && !values.is_empty() {
        let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
        help.push_str(&format!(" [possible values: {}]", names.join(", ")));
    }
    help
}

/// The placeholders of the values; none for a switch.
fn values(arg: &Arg) -> Vec<String> {
    let names = arg.get_value_names().unwrap_or_default();
    names.iter().map(ToString::to_string).collect()
}
