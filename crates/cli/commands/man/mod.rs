//! `avatar-prep man`: manual pages, made from the table of flags.
//!
//! The pages are written here and not by `clap_mangen`: its synopsis lists all options in one line, and it joins
//! the lines of examples.

mod page;
mod roff;

use std::path::Path;

use avatar_batch::error::CliError;
use avatar_batch::exit::Exit;
use avatar_batch::files::publish::publish;
use avatar_batch::report::console;

use crate::args;

/// Prints the page of the program, or writes one page per command into a folder.
pub(crate) fn run(folder: Option<&Path>) -> Result<Exit, CliError> {
    let program = args::described();
    let Some(folder) = folder else {
        let printed = console::write_stdout(page::of_program(&program).as_bytes());
        return Ok(match printed {
            Ok(()) => Exit::AllDone,
            Err(_) => Exit::SomeFailed,
        });
    };
    let first = ("avatar-prep".to_string(), page::of_program(&program));
    let others = program.get_subcommands().map(|command| {
        let name = format!("avatar-prep-{}", command.get_name());
        (name, page::of_command(command))
    });
    for (name, text) in [first].into_iter().chain(others) {
        let path = folder.join(format!("{name}.1"));
        publish(&path, text.as_bytes()).map_err(|error| {
            CliError::environment(
                format!("{}: cannot be written: {error}", path.display()),
                "name a folder that may be written",
            )
        })?;
    }
    Ok(Exit::AllDone)
}
