//! The service `green-api`: WhatsApp, MAX and Telegram accounts, from a file or from the
//! environment.

use avatar_batch::args::UploadOptions;
use avatar_batch::error::CliError;
use avatar_batch::report::console;
use avatar_upload::{
    Address, AddressError, DEFAULT_ADDRESS, GreenAccount, GreenApi, Product, Secret, Target,
    TimeScale, check_id,
};

use super::{Destinations, Identity, Service, platform, shared};
use crate::commands::upload::row::{AccountRow, wrong};
use crate::commands::upload::token;

pub(super) const SERVICE: Service = Service {
    name: "green-api",
    keys: &["id_instance", "api_url", "product"],
    spellings: &[
        ("idInstance", "id_instance"),
        ("apiUrl", "api_url"),
        ("apiTokenInstance", "token"),
    ],
    id,
    preset: |row| platform(row, product(row)?.name()),
    open,
};

fn id(row: &AccountRow) -> Result<Identity, String> {
    let id = written_id_instance(row).unwrap_or_default();
    match check_id(id) {
        Ok(()) => Ok(Identity {
            id: id.into(),
            recorded: id.into(),
            key: id.into(),
        }),
        Err(_) => {
            Err("id_instance is not a number of 1 to 20 digits without zeros before it".into())
        }
    }
}

/// The value of `id_instance` in records; `None` for accounts of other services.
pub(in crate::commands::upload) fn id_instance(target: &Target) -> Option<&str> {
    let scope = &target.scope;
    scope.service.starts_with("green-api/").then_some(&scope.id)
}

/// The same value as it is written, whether it is valid or not.
pub(in crate::commands::upload) fn written_id_instance(row: &AccountRow) -> Option<&str> {
    row.value("id_instance")
}

/// The variables that name the one account of the environment.
pub(in crate::commands::upload) const VARIABLES: &str = "GREEN_API_…";

const TOKEN: &str = "GREEN_API_TOKEN";

/// The token of the environment.
pub(in crate::commands::upload) fn token_of_environment() -> Option<String> {
    token::variable(TOKEN)
}

/// The one account of the environment.
pub(in crate::commands::upload) fn from_environment(
    options: &UploadOptions,
) -> Result<AccountRow, CliError> {
    let id = token::variable("GREEN_API_ID_INSTANCE").ok_or_else(|| {
        let hint = "name a file with --accounts, or set GREEN_API_ID_INSTANCE and GREEN_API_TOKEN";
        CliError::usage("there is no account to deliver to", hint)
    })?;
    let is_needed = options.rehearsal.is_none() && !options.sends_nothing;
    if is_needed && token_of_environment().is_none() {
        let message = "GREEN_API_TOKEN is not set";
        return Err(CliError::usage(
            message,
            "set it to the token of the account",
        ));
    }
    let mut row = AccountRow::named(&id);
    row.set("id_instance", &id);
    row.set("token_env", TOKEN);
    for (key, name) in [
        ("api_url", "GREEN_API_URL"),
        ("product", "GREEN_API_PRODUCT"),
    ] {
        row.set(key, &token::variable(name).unwrap_or_default());
    }
    Ok(row)
}

fn product(row: &AccountRow) -> Result<Product, CliError> {
    let product = row
        .value("product")
        .map_or(Ok(Product::Whatsapp), str::parse);
    product.map_err(|_| {
        let names = Product::ALL.map(Product::name).join(", ");
        wrong(row, &format!("product must be one of {names}"))
    })
}

fn open(rows: &[&AccountRow], options: &UploadOptions) -> Result<Destinations, CliError> {
    let accounts = rows.iter().map(|row| account(row, options));
    let accounts: Vec<GreenAccount> = accounts.collect::<Result<_, _>>()?;
    for (row, account) in rows.iter().zip(&accounts) {
        if options.rehearsal.is_none() && !account.token_has_the_usual_form() {
            let name = &row.label;
            console::print_warning(&format!(
                "the token of {name} does not look like a token of GREEN-API, which usually has 50 hexadecimal digits"
            ));
        }
    }
    let destinations = GreenApi::of(accounts, TimeScale::new(options.speed)).into_iter();
    let allowed = options.yellow_cards;
    Ok(shared(
        destinations
            .map(|it| it.with_yellow_cards(allowed))
            .collect(),
    ))
}

/// Makes the account for the destination. A rehearsal reads no token and uses a made-up one.
fn account(row: &AccountRow, options: &UploadOptions) -> Result<GreenAccount, CliError> {
    let product = product(row)?;
    let address = address(row, options)?;
    let secret = match &options.rehearsal {
        Some(_) => Secret::new(&rehearsal_token(&row.id)),
        None => Secret::new(&token::of(row, options)?),
    };
    let secret = secret.map_err(|error| wrong(row, &error))?;
    let account = GreenAccount::new(&row.id, product, address, secret);
    account.map_err(|_| {
        wrong(
            row,
            &"id_instance is not a number of 1 to 20 digits without zeros before it",
        )
    })
}

/// A made-up token for the server of a rehearsal.
pub(in crate::commands::upload) fn rehearsal_token(id: &str) -> String {
    format!("rehearsal-{id:0>40}")
}

/// The address of the server for an account; a rehearsal uses one server for all.
fn address(row: &AccountRow, options: &UploadOptions) -> Result<Address, CliError> {
    if let Some(url) = &options.rehearsal {
        let refuse = |why: &str| {
            let hint = "start fake-green-api and name the address that it prints";
            CliError::usage(format!("--rehearse: {why}"), hint)
        };
        let address = Address::new(url, &options.allowed_hosts);
        let address = address.map_err(|error| refuse(&without_host(error)))?;
        return match address.is_local() {
            true => Ok(address),
            false => Err(refuse("its host is not on this machine")),
        };
    }
    let url = row.value("api_url");
    let address = Address::new(url.unwrap_or(DEFAULT_ADDRESS), &options.allowed_hosts);
    address.map_err(|error| {
        let hint =
            "correct api_url, or allow the host with --allow-host if you trust it with the token";
        let message = format!("account {}: api_url: {}", row.label, without_host(error));
        CliError::usage(message, hint)
    })
}

fn without_host(error: AddressError) -> String {
    let text = error.to_string();
    match error {
        AddressError::Stranger { found } => text.replace(&found, "its host"),
        _ => text,
    }
}
