//! Delivers results to their accounts, checks the accounts, tells what is known.

mod accounts;
mod check;
mod deliver;
mod finished;
mod list;
mod matching;
mod plan;
mod report;
mod results;
mod state;
mod token;

use std::path::Path;

use avatar_upload::{GreenAccount, GreenApi, JournalError, Speed};

use crate::args::Options;
use crate::command::Wish;
use crate::error::CliError;
use crate::exit::Exit;
use crate::made::Made;
use crate::naming::shard::Shard;
use crate::report::{console, mask};

use accounts::Row;

/// Masks from now on the token of the environment, wherever else it stands.
pub(crate) fn learn_environment() {
    let token = token::variable("GREEN_API_TOKEN");
    token.iter().for_each(|token| mask::learn(token));
}

/// The same for the tokens of an accounts file, if it can be read.
pub(crate) fn learn_accounts(accounts: Option<&Path>) {
    accounts.into_iter().for_each(accounts::learn_file);
}

/// Finds what could not be delivered in the end before any picture is prepared for it.
pub(crate) fn before_preparing(options: &Options, output: &Path) -> Result<(), CliError> {
    if !options.upload.after_preparing {
        return Ok(());
    }
    if output == Path::new("-") {
        let message = "--upload: standard output is nothing to deliver from";
        return Err(CliError::usage(message, "name a folder for the results"));
    }
    if options.shard != Shard::WHOLE {
        let message = "--upload does not go with --shard: a share has not the pictures of all";
        let hint = "prepare every share, then run avatar-prep upload OUT once";
        return Err(CliError::usage(message, hint));
    }
    check_speed(options)?;
    let rows = accounts::read(&options.upload)?;
    callable(options, &rows).map(drop)
}

/// What `--upload` adds to a run; the graver exit code counts.
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

/// Delivers, checks or tells.
pub(crate) fn run(options: &Options, wish: Wish, output: Option<&Path>) -> Result<Exit, CliError> {
    check_speed(options)?;
    match (wish, output) {
        (Wish::Check, _) => check::check(options),
        (Wish::Status, Some(output)) => state::tell(options, output),
        (Wish::Deliver, Some(output)) => deliver::deliver(options, output, None),
        (_, None) => Err(CliError::which_results()),
    }
}

fn check_speed(options: &Options) -> Result<(), CliError> {
    if options.upload.speed > 1.0 && options.upload.rehearsal.is_none() {
        let message = "--speed is for rehearsals: real accounts have real limits";
        let hint = "name a server on this machine with --rehearse";
        return Err(CliError::usage(message, hint));
    }
    Ok(())
}

/// The accounts that can be called, in the order of the file.
fn callable(options: &Options, rows: &[Row]) -> Result<Vec<GreenAccount>, CliError> {
    let account = |row: &Row| {
        accounts::preset(row)?;
        accounts::account(row, &options.upload)
    };
    rows.iter().map(account).collect()
}

fn destination(options: &Options, accounts: Vec<GreenAccount>) -> Result<GreenApi, CliError> {
    let odd = |account: &&GreenAccount| !account.token_has_the_usual_form();
    for account in accounts.iter().filter(odd) {
        if options.upload.rehearsal.is_none() {
            let name = account.name();
            console::print_warning(&format!(
                "the token of {name} does not look like one: 50 hexadecimal digits are usual"
            ));
        }
    }
    let destination = GreenApi::new(accounts, Speed::new(options.upload.speed));
    let destination = destination.map_err(|error| {
        CliError::usage(
            error.to_string(),
            "install the root certificates of the system",
        )
    })?;
    Ok(destination.with_yellow_cards(options.upload.yellow_cards))
}

fn no_journal(error: &(dyn std::error::Error + 'static)) -> CliError {
    let cause = error
        .source()
        .map_or_else(String::new, |cause| format!(": {cause}"));
    let journal = error.downcast_ref::<JournalError>();
    let hint = match journal.is_some_and(JournalError::is_damage) {
        true => {
            "restore .avatar-prep/state.sqlite from a copy; without it every account is sent to again"
        }
        false => "nothing is sent without it: check the folder and its permissions",
    };
    CliError::usage(format!("{error}{cause}"), hint)
}
