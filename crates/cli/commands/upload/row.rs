//! One entry of an accounts file.

use std::collections::BTreeMap;
use std::path::{Component, PathBuf};

use avatar_batch::error::CliError;
use avatar_batch::report::mask;
use avatar_upload::path_of_text;

/// Keys of accounts of every service.
pub(super) const KEYS: [&str; 8] = [
    "name",
    "service",
    "token",
    "token_env",
    "token_file",
    "token_keyring",
    "picture",
    "preset",
];

/// One account as it is written in the file. Empty values count as missing.
#[derive(Debug, Clone, Default)]
pub(super) struct AccountRow {
    /// The name as it is written in the file; the [`label`](Self::label) is what is printed and
    /// stored.
    pub(super) name: String,
    /// The name with tokens masked that are in it by mistake.
    pub(super) label: String,
    /// Its number or address, for people; a result can be named by it.
    pub(super) id: String,
    /// Its name at the service in records, which is the same in every one.
    pub(super) recorded_id: String,
    /// The line of the file, if it is known.
    pub(super) line: Option<u64>,
    /// The folder that paths in it are relative to.
    pub(super) folder: PathBuf,
    values: BTreeMap<&'static str, String>,
}

impl AccountRow {
    /// An account of this name, without anything else.
    pub(super) fn named(name: &str) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Sets the value of a key. Returns whether it had none before.
    pub(super) fn set(&mut self, key: &'static str, value: &str) -> bool {
        let value = value.trim();
        if value.is_empty() {
            return true;
        }
        if key == "name" {
            self.name = value.into();
        }
        self.values.insert(key, value.into()).is_none()
    }

    /// The value of a key, if it has one.
    pub(super) fn value(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str)
    }

    /// The same as a path.
    pub(super) fn path(&self, key: &str) -> Option<PathBuf> {
        self.value(key).map(|path| self.folder.join(path))
    }

    /// Sets the label, which may be printed; the id is added if the name alone cannot be shown.
    pub(super) fn label(&mut self) {
        self.label = mask::text(&self.name);
        if self.label != self.name {
            self.label = format!("{} ({})", self.label, self.id);
        }
    }

    /// The picture that the entry names.
    pub(super) fn picture(&self) -> Option<PathBuf> {
        let named = path_of_text(self.value("picture")?);
        let parts = named.components();
        Some(parts.filter(|part| *part != Component::CurDir).collect())
    }
}

/// The error of an entry that is wrong. `why` names the key and what is allowed there, never what
/// was found, because that can be the token.
pub(super) fn wrong(row: &AccountRow, why: &dyn std::fmt::Display) -> CliError {
    let message = format!("account {}: {why}", row.label);
    CliError::usage(message, "correct the account")
}
