//! `avatar-prep`: the only place that prints, reads the environment, walks folders or picks an
//! exit code. Pixels are [`avatar_prepare`]'s business.

#![warn(clippy::print_stderr, clippy::print_stdout)] // console.rs writes to the streams

mod advice;
mod args;
mod clean;
mod commands;
mod config;
mod console;
mod dry_run;
mod fingerprint;
mod flags;
mod inputs;
mod interrupt;
mod made;
mod mask;
mod memory;
mod name;
mod options;
mod outputs;
mod parallel;
mod places;
mod portable;
mod presets;
mod publish;
mod record;
mod report;
mod report_file;
mod run;
mod sample;
mod shard;
mod state;
mod stream;
mod sweep;
mod upload;
mod usage;
mod values;
mod verify;
mod watch;
mod work;

use std::process::ExitCode;

use args::Command;

fn main() -> ExitCode {
    upload::learn_environment();
    let outcome = args::parse().and_then(|(command, effective)| match command {
        Command::Config => {
            upload::learn_accounts(effective.options.upload.accounts.as_deref());
            console::print_config(&effective)
        }
        Command::Formats => Ok(console::print_formats()),
        Command::Verify(out) => verify::run(&effective.options, &out),
        Command::Clean(out, delete) => clean::run(&effective.options, &out, delete),
        Command::Presets => presets::print(&effective.options),
        Command::Upload(wish, output) => upload::run(&effective.options, wish, output.as_deref()),
        Command::Prepare { inputs, output } => {
            let options = &effective.options;
            watch::check(options, &inputs, &output)
                .and_then(|()| upload::before_preparing(options, &output))
                .and_then(|()| run::run(options, &inputs, &output))
                .and_then(|made| upload::after_preparing(options, &made, &output))
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

impl Exit {
    /// The graver of two: wrong use, an interrupt, failures, what is left for later.
    fn or(self, other: Self) -> Self {
        let order = [
            Self::Usage,
            Self::Interrupted,
            Self::SomeFailed,
            Self::Deferred,
        ];
        let graver = order.into_iter().find(|exit| [self, other].contains(exit));
        graver.unwrap_or(Self::AllDone)
    }
}
