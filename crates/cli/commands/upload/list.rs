//! The file that lists accounts, TOML or CSV. A token can stand anywhere in it by mistake, so nothing
//! of what is wrong is repeated.

use std::path::Path;

use serde::Deserialize;

use super::accounts::Row;
use crate::error::CliError;

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

/// Every account in it.
pub(super) fn read(path: &Path) -> Result<Vec<Row>, CliError> {
    let refuse = |why: String| {
        let message = format!("{}: {why}", path.display());
        CliError::usage(message, "see the README for the form of an accounts file")
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
        file.map_err(|error| refuse(without_values(error.message())))?
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
    rows.map_err(|error| without_values(&error.to_string()))
}

/// What a parser says, without what it quotes, unless that can be a key.
fn without_values(message: &str) -> String {
    let is_key =
        |text: &str| text.len() <= 20 && text.bytes().all(|c| matches!(c, b'a'..=b'z' | b'_'));
    let pieces = message.split(['"', '`']).enumerate();
    let shown = pieces.map(|(index, piece)| match index % 2 {
        0 => piece.to_string(),
        _ if is_key(piece) => format!("`{piece}`"),
        _ => "`…`".into(),
    });
    shown.collect()
}
