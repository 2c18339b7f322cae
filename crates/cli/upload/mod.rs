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

use std::path::{Path, PathBuf};

use avatar_upload::{GreenAccount, GreenApi, Speed};
use clap::{Arg, ArgAction, ArgMatches, value_parser};

use crate::args::Command;
use crate::made::Made;
use crate::options::Options;
use crate::shard::Shard;
use crate::usage::UsageError;
use crate::{Exit, console, mask};

use accounts::Row;

/// What is asked of the upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    Deliver,
    Check,
    Status,
}

pub(crate) fn args(command: clap::Command) -> clap::Command {
    let switch = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .help(help)
    };
    command
        .arg(
            Arg::new("out")
                .value_name("OUT")
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(switch(
            "check",
            "Ask every account whether it can be sent to; send nothing",
        ))
        .arg(
            switch("status", "Tell what is known of every delivery; ask nobody")
                .conflicts_with("check"),
        )
}

pub(crate) fn read(matches: &ArgMatches) -> Result<Command, UsageError> {
    let wish = match (matches.get_flag("check"), matches.get_flag("status")) {
        (true, _) => Wish::Check,
        (_, true) => Wish::Status,
        _ => Wish::Deliver,
    };
    let out = matches.get_one::<PathBuf>("out").cloned();
    if out.is_none() && wish != Wish::Check {
        return Err(which_results());
    }
    Ok(Command::Upload(wish, out))
}

fn which_results() -> UsageError {
    let hint = "name the folder that was written: avatar-prep upload OUT";
    UsageError::new("which results?", hint)
}

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
pub(crate) fn before_preparing(options: &Options, output: &Path) -> Result<(), UsageError> {
    if !options.upload.after_preparing {
        return Ok(());
    }
    if output == Path::new("-") {
        let message = "--upload: standard output is nothing to deliver from";
        return Err(UsageError::new(message, "name a folder for the results"));
    }
    if options.shard != Shard::WHOLE {
        let message = "--upload does not go with --shard: a share has not the pictures of all";
        let hint = "prepare every share, then run avatar-prep upload OUT once";
        return Err(UsageError::new(message, hint));
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
) -> Result<Exit, UsageError> {
    if !options.upload.after_preparing || made.exit == Exit::Interrupted {
        return Ok(made.exit);
    }
    Ok(made.exit.or(deliver::deliver(options, output, Some(made))?))
}

/// Delivers, checks or tells.
pub(crate) fn run(
    options: &Options,
    wish: Wish,
    output: Option<&Path>,
) -> Result<Exit, UsageError> {
    check_speed(options)?;
    match (wish, output) {
        (Wish::Check, _) => check::check(options),
        (Wish::Status, Some(output)) => state::tell(options, output),
        (Wish::Deliver, Some(output)) => deliver::deliver(options, output, None),
        (_, None) => Err(which_results()),
    }
}

fn check_speed(options: &Options) -> Result<(), UsageError> {
    if options.upload.speed > 1.0 && options.upload.rehearsal.is_none() {
        let message = "--speed is for rehearsals: real accounts have real limits";
        let hint = "name a server on this machine with --rehearse";
        return Err(UsageError::new(message, hint));
    }
    Ok(())
}

/// The accounts that can be called, in the order of the file.
fn callable(options: &Options, rows: &[Row]) -> Result<Vec<GreenAccount>, UsageError> {
    let account = |row: &Row| {
        accounts::preset(row)?;
        accounts::account(row, &options.upload)
    };
    rows.iter().map(account).collect()
}

fn destination(options: &Options, accounts: Vec<GreenAccount>) -> Result<GreenApi, UsageError> {
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
        UsageError::new(
            error.to_string(),
            "install the root certificates of the system",
        )
    })?;
    Ok(destination.with_yellow_cards(options.upload.yellow_cards))
}

fn no_journal(error: &dyn std::error::Error) -> UsageError {
    let cause = error
        .source()
        .map_or_else(String::new, |cause| format!(": {cause}"));
    UsageError::new(
        format!("{error}{cause}"),
        "nothing is sent without it: check the folder and its permissions",
    )
}
