//! The arguments of the commands that print scripts and pages for an installation.

use std::path::PathBuf;

use clap::{Arg, value_parser};

/// The shell of a script.
pub(super) fn shell() -> Arg {
    Arg::new("shell")
        .value_name("SHELL")
        .value_parser(["bash", "zsh", "fish", "powershell"])
        .required(true)
        .help("The shell that reads the script")
}

/// The folder for manual pages.
pub(super) fn folder() -> Arg {
    Arg::new("dir")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .help("Folder for the pages of all commands, such as /usr/local/share/man/man1")
}
