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
    refuse_command(&program, folder)?;
    let first = ("avatar-prep".to_string(), page::of_program(&program));
    let others = program.get_subcommands().map(|command| {
        let name = format!("avatar-prep-{}", command.get_name());
        (name, page::of_command(command))
    });
    let pages: Vec<(String, String)> = [first].into_iter().chain(others).collect();
    for (name, text) in &pages {
        let path = folder.join(format!("{name}.1"));
        publish(&path, text.as_bytes()).map_err(|error| {
            CliError::environment(
                format!("{}: cannot be written: {error}", path.display()),
                "name a folder that may be written",
            )
        })?;
    }
    let (count, folder) = (pages.len(), folder.display());
    console::print_line(&format!("{count} pages written to {folder}"));
    Ok(Exit::AllDone)
}

/// Refuses a new folder with the name of a command: who types `man upload` wants to read about it.
fn refuse_command(program: &clap::Command, folder: &Path) -> Result<(), CliError> {
    let is_command = |name: &&str| Path::new(name) == folder;
    let mut names = program.get_subcommands().map(clap::Command::get_name);
    let name = names.find(is_command).filter(|_| !folder.exists());
    name.map_or(Ok(()), |name| {
        let message = format!("{name} is a command, not a folder");
        let hint = format!("see avatar-prep {name} --help, or name the folder ./{name}");
        Err(CliError::usage(message, hint))
    })
}
