//! Who can be sent to: the accounts of a [`list`], or the one of the environment.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use avatar_upload::{
    Address, AddressError, DEFAULT_ADDRESS, GreenAccount, Product, Secret, check_id,
};
use serde::Deserialize;

use super::{list, token};
use crate::args::UploadOptions;
use crate::args::presets::{self, Preset};
use crate::error::CliError;
use crate::report::mask;

/// One account as it is written down.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    /// As it is written down; what is shown and kept is the [`label`](Self::label).
    pub(super) name: String,
    /// The name without tokens that stand in it by mistake.
    #[serde(skip)]
    pub(super) label: String,
    #[serde(deserialize_with = "digits")]
    pub(super) id_instance: String,
    pub(super) api_url: Option<String>,
    pub(super) token_env: Option<String>,
    pub(super) token_file: Option<PathBuf>,
    pub(super) token_keyring: Option<String>,
    pub(super) product: Option<String>,
    pub(super) picture: Option<String>,
    pub(super) preset: Option<String>,
}

impl Row {
    /// Tells the name that may be shown; the number tells it from others like it.
    fn label(&mut self) {
        self.label = mask::text(&self.name);
        if self.label != self.name {
            self.label = format!("{} ({})", self.label, self.id_instance);
        }
    }

    /// The picture that the account asks for.
    pub(super) fn named(&self) -> Option<PathBuf> {
        let named = self.picture.as_deref().filter(|named| !named.is_empty())?;
        let parts = Path::new(named).components();
        Some(parts.filter(|part| *part != Component::CurDir).collect())
    }
}

/// A number, or the same as text.
fn digits<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u64),
        Text(String),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::Number(number) => number.to_string(),
        Either::Text(text) => text.trim().to_string(),
    })
}

/// Every account written down, each name and number once.
pub(super) fn read(options: &UploadOptions) -> Result<Vec<Row>, CliError> {
    let mut rows = match &options.accounts {
        Some(path) => list::read(path)?,
        None => vec![from_environment(options)?],
    };
    rows.iter().for_each(learn);
    let mut names = HashSet::new();
    let mut numbers = HashSet::new();
    for (index, row) in rows.iter().enumerate() {
        if check_id(&row.id_instance).is_err() {
            return Err(no_number(options, index));
        }
        // The vendor's hosts serve the same accounts, so the number alone tells.
        if !names.insert(&row.name) || !numbers.insert(&row.id_instance) {
            let (name, id) = (mask::text(&row.name), &row.id_instance);
            let message = format!("the account {name} ({id}) stands there twice");
            return Err(CliError::usage(
                message,
                "one account shows one picture: keep one of them",
            ));
        }
    }
    rows.iter_mut().for_each(Row::label);
    Ok(rows)
}

/// Masks from now on what is a token of this account, wherever else it stands. A keyring is asked
/// when its token is needed.
fn learn(row: &Row) {
    token::known(row)
        .iter()
        .for_each(|token| mask::learn(token));
    mask::learn(&rehearsal_token(&row.id_instance));
}

/// The same for every account of a file, if it can be read.
pub(super) fn learn_file(path: &Path) {
    list::read(path).iter().flatten().for_each(learn);
}

/// A name that belongs to no number may be anything, so the place tells which account it is.
fn no_number(options: &UploadOptions, index: usize) -> CliError {
    let what = match options.accounts {
        Some(_) => format!("account {} of the file: id_instance", index + 1),
        None => "GREEN_API_ID_INSTANCE".into(),
    };
    let message = format!("{what} is not a number of 1 to 20 digits");
    CliError::usage(message, "correct the account")
}

/// Something is wrong with an account. `why` names the key and what is allowed there, never what
/// was found: that can be the token.
pub(super) fn wrong(row: &Row, why: &dyn std::fmt::Display) -> CliError {
    let message = format!("account {}: {why}", row.label);
    CliError::usage(message, "correct the account")
}

fn from_environment(options: &UploadOptions) -> Result<Row, CliError> {
    let id = token::variable("GREEN_API_ID_INSTANCE").ok_or_else(|| {
        let hint = "name a file with --accounts, or set GREEN_API_ID_INSTANCE and GREEN_API_TOKEN";
        CliError::usage("no accounts are known", hint)
    })?;
    if token::variable("GREEN_API_TOKEN").is_none() && options.rehearsal.is_none() {
        let message = "GREEN_API_TOKEN is not set";
        return Err(CliError::usage(
            message,
            "set it to the token of the account",
        ));
    }
    Ok(Row {
        name: id.clone(),
        id_instance: id,
        api_url: token::variable("GREEN_API_URL"),
        token_env: Some("GREEN_API_TOKEN".into()),
        product: token::variable("GREEN_API_PRODUCT"),
        ..Row::default()
    })
}

fn product(row: &Row) -> Result<Product, CliError> {
    let named = row.product.as_deref().filter(|product| !product.is_empty());
    let product = named.map_or(Ok(Product::Whatsapp), str::parse);
    product.map_err(|_| {
        let names = Product::ALL.map(Product::name).join(", ");
        wrong(row, &format!("product is none of {names}"))
    })
}

/// What the pictures of an account must be: its preset, else that of its messenger.
pub(super) fn preset(row: &Row) -> Result<&'static Preset, CliError> {
    let named = row.preset.as_deref().filter(|preset| !preset.is_empty());
    let name = match named {
        Some(name) => name,
        None => product(row)?.name(),
    };
    let found = presets::find(name).map_err(|_| {
        let names = presets::names();
        wrong(row, &format!("preset is none of {names}"))
    })?;
    found.ok_or_else(|| wrong(row, &"preset none says nothing; leave it out"))
}

/// The account that can be called. A rehearsal asks for no token and makes one up.
pub(super) fn account(row: &Row, options: &UploadOptions) -> Result<GreenAccount, CliError> {
    let product = product(row)?;
    let address = address(row, options)?;
    let secret = match &options.rehearsal {
        Some(_) => Secret::new(&rehearsal_token(&row.id_instance)),
        None => Secret::new(&token::of(row)?),
    };
    let secret = secret.map_err(|error| wrong(row, &error))?;
    let account = GreenAccount::new(&*row.label, &row.id_instance, product, address, secret);
    account.map_err(|_| wrong(row, &"id_instance is not a number of 1 to 20 digits"))
}

/// Nobody's token, for a server on this machine.
fn rehearsal_token(id: &str) -> String {
    format!("rehearsal-{id:0>40}")
}

/// Where an account is called; a rehearsal calls one place for all.
fn address(row: &Row, options: &UploadOptions) -> Result<Address, CliError> {
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
    let url = row.api_url.as_deref().filter(|url| !url.is_empty());
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
