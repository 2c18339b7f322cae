//! One entry of an accounts file.

use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use crate::error::CliError;
use crate::report::mask;

/// One account as it is written in the file. It has the keys of all services; an entry uses those
/// of its own service.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    /// The name as it is written in the file; the [`label`](Self::label) is what is printed and
    /// stored.
    pub(super) name: String,
    /// The name with tokens masked that are in it by mistake.
    #[serde(skip)]
    pub(super) label: String,
    /// What identifies the account among others of its service.
    #[serde(skip)]
    pub(super) id: String,
    /// The line of the file, if it is known.
    #[serde(skip)]
    pub(super) line: Option<u64>,
    pub(super) service: Option<String>,
    #[serde(default, alias = "idInstance", deserialize_with = "text")]
    pub(super) id_instance: Option<String>,
    #[serde(alias = "apiUrl")]
    pub(super) api_url: Option<String>,
    /// Where the token is, after `env:`, `file:` or `keyring:`.
    #[serde(default, alias = "apiTokenInstance")]
    pub(super) token: Option<String>,
    pub(super) token_env: Option<String>,
    pub(super) token_file: Option<PathBuf>,
    pub(super) token_keyring: Option<String>,
    pub(super) product: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(super) app_id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(super) phone_number_id: Option<String>,
    pub(super) url: Option<String>,
    pub(super) url_env: Option<String>,
    pub(super) read_url: Option<String>,
    pub(super) user: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(super) create_only: Option<String>,
    pub(super) folder: Option<PathBuf>,
    pub(super) picture: Option<String>,
    pub(super) preset: Option<String>,
}

impl Row {
    /// Sets the label, which may be printed; the id is added if the name alone cannot be shown.
    pub(super) fn label(&mut self) {
        self.label = mask::text(&self.name);
        if self.label != self.name {
            self.label = format!("{} ({})", self.label, self.id);
        }
    }

    /// The picture that the entry names.
    pub(super) fn named(&self) -> Option<PathBuf> {
        let named = self.picture.as_deref().filter(|named| !named.is_empty())?;
        let parts = Path::new(named).components();
        Some(parts.filter(|part| *part != Component::CurDir).collect())
    }

    /// Whether a key of some service has a value.
    pub(super) fn has(&self, key: &str) -> bool {
        let text = match key {
            "id_instance" => &self.id_instance,
            "api_url" => &self.api_url,
            "product" => &self.product,
            "app_id" => &self.app_id,
            "phone_number_id" => &self.phone_number_id,
            "url" => &self.url,
            "url_env" => &self.url_env,
            "read_url" => &self.read_url,
            "user" => &self.user,
            "create_only" => &self.create_only,
            _ => {
                return self
                    .folder
                    .as_ref()
                    .is_some_and(|it| !it.as_os_str().is_empty());
            }
        };
        text.as_ref().is_some_and(|text| !text.is_empty())
    }
}

/// Reads a text, a number or a truth value as text.
fn text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u64),
        Float(f64),
        Flag(bool),
        Text(String),
    }
    let value: Option<Either> = Option::deserialize(deserializer)?;
    Ok(value.map(|value| match value {
        Either::Number(number) => number.to_string(),
        Either::Float(number) => number.to_string(),
        Either::Flag(flag) => flag.to_string(),
        Either::Text(text) => text.trim().to_string(),
    }))
}

/// The error of an entry that is wrong. `why` names the key and what is allowed there, never what
/// was found, because that can be the token.
pub(super) fn wrong(row: &Row, why: &dyn std::fmt::Display) -> CliError {
    let message = format!("account {}: {why}", row.label);
    CliError::usage(message, "correct the account")
}
