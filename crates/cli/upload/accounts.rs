//! Who can be sent to: the accounts file, TOML or CSV, or the one account of the environment.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use avatar_upload::{Address, DEFAULT_ADDRESS, GreenAccount, Product, Redactor, Secret, check_id};
use serde::Deserialize;

use super::token;
use crate::options::UploadOptions;
use crate::presets::{self, Preset};
use crate::usage::UsageError;

/// One account as it is written down.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) name: String,
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
    /// The picture that the account asks for.
    pub(super) fn named(&self) -> Option<PathBuf> {
        let named = self.picture.as_deref().filter(|named| !named.is_empty())?;
        let parts = Path::new(named).components();
        Some(parts.filter(|part| *part != Component::CurDir).collect())
    }
}

/// The keys of a row.
const KEYS: [&str; 9] = [
    "name",
    "id_instance",
    "api_url",
    "token_env",
    "token_file",
    "token_keyring",
    "product",
    "picture",
    "preset",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    account: Vec<Row>,
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
pub(super) fn read(options: &UploadOptions) -> Result<Vec<Row>, UsageError> {
    let mut rows = match &options.accounts {
        Some(path) => from_file(path)?,
        None => vec![from_environment(options)?],
    };
    for row in &mut rows {
        row.name = masked(&row.name);
        row.picture = row.picture.as_deref().map(masked);
    }
    let mut names = HashSet::new();
    let mut numbers = HashSet::new();
    for row in &rows {
        check_id(&row.id_instance).map_err(|error| wrong(row, &error))?;
        // The vendor's hosts serve the same accounts, so the number alone tells.
        if !names.insert(&row.name) || !numbers.insert(&row.id_instance) {
            let message = format!(
                "the account {} ({}) stands there twice",
                row.name, row.id_instance
            );
            return Err(UsageError::new(
                message,
                "one account shows one picture: keep one of them",
            ));
        }
    }
    Ok(rows)
}

fn from_file(path: &Path) -> Result<Vec<Row>, UsageError> {
    let refuse = |why: String| {
        let message = format!("{}: {why}", path.display());
        UsageError::new(message, "see the README for the form of an accounts file")
    };
    let text = std::fs::read_to_string(path).map_err(|error| refuse(error.to_string()))?;
    let is_csv = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let rows = if is_csv {
        from_csv(&text).map_err(refuse)?
    } else {
        // The message only: the excerpt of a parser could show what stands there by mistake.
        let file: Result<File, toml::de::Error> = toml::from_str(&text);
        file.map_err(|error| refuse(masked(error.message())))?
            .account
    };
    if rows.is_empty() {
        return Err(refuse("no accounts in it".into()));
    }
    Ok(rows)
}

/// Columns as the keys of the TOML form; spreadsheets write commas, semicolons or tabs.
fn from_csv(text: &str) -> Result<Vec<Row>, String> {
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or_default();
    let delimiter = [b';', b'\t']
        .into_iter()
        .find(|c| head.as_bytes().contains(c));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let head = reader.headers().map_err(|error| error.to_string())?;
    // A table without a head has a token where a key belongs: it is counted, not repeated.
    if let Some(at) = head.iter().position(|key| !KEYS.contains(&key)) {
        let keys = KEYS.join(", ");
        return Err(format!(
            "column {} has no known name; known are {keys}",
            at + 1
        ));
    }
    let rows: Result<_, csv::Error> = reader.deserialize().collect();
    rows.map_err(|error| masked(&error.to_string()))
}

fn wrong(row: &Row, why: &dyn std::fmt::Display) -> UsageError {
    let message = masked(&format!("account {}: {why}", row.name));
    UsageError::new(message, "correct the account")
}

/// Fewest letters and digits in a row that are taken for a token; an id has 20 at most.
const TOKEN_RUN: usize = 21;

/// What may be shown of a text that somebody wrote into the file: a token that slipped into the
/// wrong column is not repeated, and no name is kept that holds one.
pub(super) fn masked(text: &str) -> String {
    let text = Redactor::default().text(text);
    let mut shown = String::with_capacity(text.len());
    for piece in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let run = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_token = run.len() >= TOKEN_RUN && run.bytes().any(|byte| byte.is_ascii_digit());
        shown.push_str(if is_token { "***" } else { run });
        shown.push_str(piece.get(run.len()..).unwrap_or_default());
    }
    shown
}

fn from_environment(options: &UploadOptions) -> Result<Row, UsageError> {
    let id = token::variable("GREEN_API_ID_INSTANCE").ok_or_else(|| {
        let hint = "name a file with --accounts, or set GREEN_API_ID_INSTANCE and GREEN_API_TOKEN";
        UsageError::new("no accounts are known", hint)
    })?;
    if token::variable("GREEN_API_TOKEN").is_none() && options.rehearsal.is_none() {
        let message = "GREEN_API_TOKEN is not set";
        return Err(UsageError::new(
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

fn product(row: &Row) -> Result<Product, UsageError> {
    let named = row.product.as_deref().filter(|product| !product.is_empty());
    let product = named.map_or(Ok(Product::Whatsapp), str::parse);
    product.map_err(|error| wrong(row, &error))
}

/// What the pictures of an account must be: its preset, else that of its messenger.
pub(super) fn preset(row: &Row) -> Result<&'static Preset, UsageError> {
    let named = row.preset.as_deref().filter(|preset| !preset.is_empty());
    let name = match named {
        Some(name) => name,
        None => product(row)?.name(),
    };
    let found = presets::find(name).map_err(|why| wrong(row, &why))?;
    found.ok_or_else(|| wrong(row, &"preset none says nothing; leave it out"))
}

/// The account that can be called. A rehearsal asks for no token and makes one up.
pub(super) fn account(row: &Row, options: &UploadOptions) -> Result<GreenAccount, UsageError> {
    let wrong = |why: &dyn std::fmt::Display| wrong(row, why);
    let product = product(row)?;
    let url = row.api_url.as_deref().filter(|url| !url.is_empty());
    let url = options
        .rehearsal
        .as_deref()
        .or(url)
        .unwrap_or(DEFAULT_ADDRESS);
    let address = Address::new(url, &options.allowed_hosts).map_err(|error| {
        let hint =
            "correct api_url, or allow the host with --allow-host if you trust it with the token";
        let message = format!("account {}: api_url: {error}", row.name);
        UsageError::new(masked(&message), hint)
    })?;
    if options.rehearsal.is_some() && !address.is_local() {
        return Err(UsageError::new(
            format!("--rehearse: {} is not on this machine", address.host()),
            "start fake-green-api and name the address that it prints",
        ));
    }
    let secret = match &options.rehearsal {
        Some(_) => Secret::new(&format!("rehearsal-{:0>40}", row.id_instance)),
        None => Secret::new(&token::of(row)?),
    };
    let secret = secret.map_err(|error| wrong(&error))?;
    GreenAccount::new(
        row.name.as_str(),
        &row.id_instance,
        product,
        address,
        secret,
    )
    .map_err(|error| wrong(&error))
}
