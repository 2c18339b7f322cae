//! The accounts to which pictures can be sent: those of an accounts file ([`list`]), or the one in
//! the `GREEN_API_*` variables.

use std::collections::HashSet;
use std::path::Path;

use avatar_batch::args::UploadOptions;
use avatar_batch::error::CliError;
use avatar_batch::report::mask;

use super::row::AccountRow;
use super::{list, services, token};

/// Reads all accounts; a name or an account that appears twice is an error.
pub(super) fn read(options: &UploadOptions) -> Result<Vec<AccountRow>, CliError> {
    let mut rows = match &options.accounts {
        Some(path) => list::read(path)?,
        None => vec![services::from_environment(options)?],
    };
    rows.iter().for_each(learn);
    let mut keys = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter_mut().enumerate() {
        let (service, identity) =
            services::id(row).map_err(|why| unusable(options, index, row, &why))?;
        row.id = identity.id;
        row.recorded_id = identity.recorded;
        keys.push((service, identity.key));
        if options.rehearsal.is_some() {
            mask::learn(&services::rehearsal_token(&row.id));
        }
    }
    let mut names = HashSet::new();
    let mut seen = HashSet::new();
    for (row, key) in rows.iter().zip(keys) {
        if !names.insert(&row.name) || !seen.insert(key) {
            let (name, id) = (mask::text(&row.name), &row.id);
            let message = format!("the account {name} ({id}) is listed twice");
            return Err(CliError::usage(
                message,
                "one account shows one picture: keep one of them",
            ));
        }
    }
    rows.iter_mut().for_each(AccountRow::label);
    Ok(rows)
}

/// Masks the tokens of this account in all output from now on. A token in a keyring is masked only
/// once it is read, when it is needed.
fn learn(row: &AccountRow) {
    token::known(row)
        .iter()
        .for_each(|token| mask::learn(token));
    if let Some(id) = services::written_id_instance(row) {
        mask::learn(&services::rehearsal_token(id));
    }
}

/// Masks the tokens of every account in a file, if the file can be read.
pub(super) fn learn_file(path: &Path) {
    list::read(path).iter().flatten().for_each(learn);
}

/// The error of an account that cannot be used. It says where the account is in the file instead of
/// its name, because a wrong name could be a token.
fn unusable(options: &UploadOptions, index: usize, row: &AccountRow, why: &str) -> CliError {
    let number = index + 1;
    let place = match (&options.accounts, row.line) {
        (Some(file), Some(line)) => format!("{}: line {line}, account {number}", file.display()),
        (Some(file), None) => format!("{}: account {number}", file.display()),
        (None, _) => format!("the account in the {} variables", services::VARIABLES),
    };
    let is_for_the_default = row.value("service").is_none();
    let hint = match is_for_the_default && services::written_id_instance(row).is_none() {
        true => {
            "add id_instance, which the console of GREEN-API calls idInstance, or service if it is an account of another one"
        }
        false => "correct the account",
    };
    CliError::usage(format!("{place}: {why}"), hint)
}
