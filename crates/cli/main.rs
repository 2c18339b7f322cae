//! `avatar-prep`: the only place that prints, reads the environment, walks folders or picks an
//! exit code. Pixels are [`avatar_prepare`]'s business.

#![warn(clippy::print_stderr, clippy::print_stdout)] // console.rs writes to the streams

mod args;
mod commands;
mod config;
mod console;
mod flags;
mod inputs;
mod interrupt;
mod options;
mod outputs;
mod publish;
mod record;
mod run;
mod upload;
mod usage;
mod values;

use std::process::ExitCode;

use args::Command;

fn main() -> ExitCode {
    let outcome = args::parse().and_then(|(command, effective)| match command {
        Command::Config => console::print_config(&effective),
        Command::Formats => Ok(console::print_formats()),
        Command::Upload(wish, output) => upload::run(&effective.options, wish, output.as_deref()),
        Command::Prepare { inputs, output } => {
            let options = &effective.options;
            run::run(options, &inputs, &output)
                .and_then(|exit| upload::after_preparing(options, exit, &output))
        }
    });
    match outcome {
        Ok(exit) => ExitCode::from(exit as u8),
        Err(error) => {
            console::print_usage_error(&error);
            ExitCode::from(Exit::Usage as u8)
        }
    }
}

/// The documented exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    AllDone = 0,
    SomeFailed = 1,
    Usage = 2,
    /// Some uploads are left for later.
    Deferred = 3,
    Interrupted = 130,
}
