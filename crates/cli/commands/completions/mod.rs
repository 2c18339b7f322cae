//! `avatar-prep completions`: scripts that complete the command line in a shell.
//!
//! They are written here and not by `clap_complete`: its scripts for zsh complete no paths beside commands, those
//! for PowerShell complete no values, and its completion at run time does not quote spaces in names of files.

mod bash;
mod fish;
mod model;
mod powershell;
mod zsh;

use avatar_batch::exit::Exit;
use avatar_batch::report::console;

use crate::args;

/// Prints the script for a shell.
pub(crate) fn run(shell: &str) -> Exit {
    let line = model::CommandLine::read(&args::described());
    let script = match shell {
        "bash" => bash::script(&line),
        "zsh" => zsh::script(&line),
        "fish" => fish::script(&line),
        _ => powershell::script(&line),
    };
    match console::write_stdout(script.as_bytes()) {
        Ok(()) => Exit::AllDone,
        Err(_) => Exit::SomeFailed,
    }
}
