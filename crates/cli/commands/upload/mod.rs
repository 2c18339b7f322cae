//! `avatar-prep upload`: delivers results to their accounts, checks the accounts, and prints the
//! state of deliveries.

mod accounts;
mod check;
mod deliver;
mod digests;
mod encoding;
mod fetched;
mod finished;
mod fitting;
mod folders;
mod from_store;
mod gate;
mod hints;
mod list;
mod matching;
mod pacing;
mod places;
mod plan;
mod progress;
mod record;
mod report;
mod results;
mod row;
mod services;
mod state;
mod status;
mod tally;
mod token;

use std::path::{Path, PathBuf};

use avatar_batch::args::Options;
use avatar_batch::error::CliError;
use avatar_batch::exit::Exit;
use avatar_batch::files::inputs::{self, Kind};
use avatar_batch::made::Made;
use avatar_batch::naming::shard::Shard;
use avatar_batch::objects::address::{address, refuse_unknown};
use avatar_batch::report::mask;

use crate::args::missing_results;
use crate::command::Wish;
pub(crate) use fitting::settings as settings_for_accounts;

/// Masks the token in the environment in all output from now on.
pub(crate) fn learn_environment() {
    let token = services::token_of_environment();
    token.iter().for_each(|token| mask::learn(token));
}

/// Checks the text of an accounts file, which is CSV or TOML; the error never repeats a value.
pub(crate) fn check_accounts(text: &str, is_csv: bool) -> Result<(), String> {
    list::parse(text, is_csv).map(drop)
}

/// Masks the tokens of an accounts file in all output from now on, if the file can be read.
pub(crate) fn learn_accounts(accounts: Option<&Path>) {
    accounts.into_iter().for_each(accounts::learn_file);
}

/// Checks what can be checked of a delivery before any picture is prepared for it.
pub(crate) fn before_preparing(
    options: &Options,
    inputs: &[PathBuf],
    output: &Path,
) -> Result<(), CliError> {
    if !options.upload.after_preparing {
        return Ok(());
    }
    if output == Path::new("-") {
        let message = "--upload needs a folder of results, not standard output";
        return Err(CliError::usage(message, "name a folder for the results"));
    }
    if options.shard != Shard::WHOLE {
        let message =
            "--upload cannot be combined with --shard: a shard has only some of the pictures";
        let hint = "prepare every share, then run avatar-prep upload OUT once";
        return Err(CliError::usage(message, hint));
    }
    check_speed(options)?;
    gate::check(options)?;
    let rows = accounts::read(&options.upload)?;
    if options.upload.accounts.is_none() && !options.watch {
        let found = inputs::find(options.search(inputs, output))?;
        let pictures = found.iter().filter(|it| matches!(it.kind, Kind::Picture));
        matching::one_picture(pictures.count().max(1))?;
    }
    services::open(&rows, &options.upload).map(drop)
}

/// Delivers after a run with `--upload`; returns the more serious exit code of the two.
pub(crate) fn after_preparing(
    options: &Options,
    made: &Made,
    output: &Path,
) -> Result<Exit, CliError> {
    if !options.upload.after_preparing || made.exit == Exit::Interrupted {
        return Ok(made.exit);
    }
    Ok(made.exit.or(deliver::deliver(options, output, Some(made))?))
}

/// Runs the command: delivers, checks the accounts, or prints the state of deliveries.
pub(crate) fn run(options: &Options, wish: Wish, output: Option<&Path>) -> Result<Exit, CliError> {
    check_speed(options)?;
    gate::check(options)?;
    output.map_or(Ok(()), refuse_unknown)?;
    match (wish, output) {
        (Wish::Check, _) => check::check(options),
        (Wish::Status, Some(output)) => match address(output)? {
            Some(out) => status::print(options, from_store::folder(options, &out, true)?.path()),
            None => status::print(options, output),
        },
        (Wish::Deliver, Some(output)) => deliver::deliver(options, output, None),
        (_, None) => Err(missing_results()),
    }
}

fn check_speed(options: &Options) -> Result<(), CliError> {
    if options.upload.speed > 1.0 && options.upload.rehearsal.is_none() {
        let message = "--speed is for rehearsals only";
        let hint = "name a server on this machine with --rehearse";
        return Err(CliError::usage(message, hint));
    }
    Ok(())
}
