//! One module per command; none imports another.

mod check;
mod clean;
mod completions;
mod config;
mod formats;
mod man;
mod open;
mod presets;
mod review;
mod upload;
mod verify;

use std::ffi::OsString;

use avatar_batch::args::Effective;
use avatar_batch::error::CliError;
use avatar_batch::exit::Exit;
use avatar_batch::objects::address::refuse_address;
use avatar_batch::prepare;
use avatar_batch::remaking::Remaking;
use avatar_batch::report::{Color, console};

use crate::args;
use crate::command::Command;
use crate::reviewing::Reviewing;
pub use crate::web::InMemory;
pub(crate) use upload::check_accounts;

/// How a review makes results again.
const REMAKING: Remaking = Remaking {
    details: prepare::details,
    remake: prepare::remake,
};

/// How `open` reviews what it made.
const REVIEWING: Reviewing = Reviewing {
    pages: review::pages,
    remaking: REMAKING,
};

/// The page that `open` or `review` would serve for these words, without a socket.
pub(crate) fn served(words: impl Iterator<Item = OsString>) -> Result<InMemory, CliError> {
    let (command, effective) = args::parse(words, |_| ())?;
    let pages = match command {
        Command::Open(out, _) => {
            open::pages(&effective, out.as_deref(), prepare::run_watched, REVIEWING)?
        }
        Command::Review(out, _) => review::pages(&effective.options, &out, REMAKING),
        _ => {
            let message = "only open and review serve a page";
            return Err(CliError::usage(message, "name one of them"));
        }
    };
    InMemory::new(pages).map_err(|error| CliError::environment(error.to_string(), "try it again"))
}

/// Runs the command that was typed.
pub(crate) fn run(words: impl Iterator<Item = OsString>) -> Exit {
    upload::learn_environment();
    let words: Vec<OsString> = words.collect();
    match args::parse(words.iter().cloned(), upload::learn_accounts) {
        Ok((command, mut effective)) => {
            let unused = args::unused(&command, &effective);
            unused.iter().for_each(|text| console::print_warning(text));
            // If the picture goes to standard output, records cannot.
            let json = effective.options.json && !command.streams_a_picture();
            let color = effective.options.color;
            dispatch(command, &mut effective).unwrap_or_else(|error| {
                // A refused value in a sidecar could be a token, so the tokens are read first in
                // order to mask them.
                upload::learn_accounts(effective.options.upload.accounts.as_deref());
                console::print_error(&error, json, color);
                Exit::Refused
            })
        }
        Err(error) => {
            console::print_error(&error, args::wants_records(&words), Color::Auto);
            Exit::Refused
        }
    }
}

fn dispatch(command: Command, effective: &mut Effective) -> Result<Exit, CliError> {
    if let Some((path, what)) = command.local_results() {
        refuse_address(path, what)?;
    }
    if let Command::Prepare { inputs, output } = &command {
        let options = &effective.options;
        prepare::check(effective, inputs, output)?;
        upload::before_preparing(options, inputs, output)?;
        let fitted = upload::settings_for_accounts(effective)?;
        let options = &mut effective.options;
        options.unfitted = Some(std::mem::replace(&mut options.settings, fitted));
    }
    let effective = &*effective;
    let options = &effective.options;
    match command {
        Command::Config { file, input } => {
            upload::learn_accounts(options.upload.accounts.as_deref());
            match file {
                Some(file) => config::of_picture(effective, &file, input.as_deref()),
                None => Ok(config::run(effective)),
            }
        }
        Command::Formats => Ok(formats::run(options)),
        Command::Verify(out) => verify::run(options, &out),
        Command::Check(files, format) => check::run(options, &files, format),
        Command::Clean(out, wish) => clean::run(options, &out, wish),
        Command::Presets => Ok(presets::run(options)),
        Command::Completions(shell) => Ok(completions::run(&shell)),
        Command::Manual(folder) => man::run(folder.as_deref()),
        Command::Open(out, page) => open::run(
            effective,
            out.as_deref(),
            page,
            prepare::run_watched,
            REVIEWING,
        ),
        Command::Review(out, wish) => review::run(options, &out, &wish, REMAKING),
        Command::Upload(wish, output) => upload::run(options, wish, output.as_deref()),
        Command::Prepare { inputs, output } => {
            let made = prepare::run(effective, &inputs, &output)?;
            upload::after_preparing(options, &made, &output)
        }
    }
}
