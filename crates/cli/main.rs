//! `avatar-prep`: the command line around [`avatar_prepare`] and [`avatar_upload`]. It reads the
//! environment, walks folders, prints and chooses the exit code; the libraries do all work on
//! pixels and all calls to services.

#![warn(clippy::print_stderr, clippy::print_stdout)] // only `report` writes to the streams

mod args;
mod command;
mod commands;
mod error;
mod exit;
mod failure;
mod files;
mod finished;
mod grave_flags;
mod hints;
mod interrupt;
mod made;
mod making;
mod naming;
mod near_duplicates;
mod page;
mod recipe;
mod remaking;
mod report;
mod reviewing;
mod sheet;
mod state;
mod web;

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(commands::run() as u8)
}
