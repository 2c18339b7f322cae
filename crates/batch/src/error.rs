//! Why a command cannot start or go on.

use avatar_stores::StoreError;
use serde::Serialize;

use crate::hints;

/// What has to change before the command can succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The command line, the settings or the accounts must change.
    Usage,
    /// Something outside of the command line prevents it: a disk, a permission, a limit, or a store.
    Environment,
    /// Another process is using what is needed; it works once that has ended.
    Busy,
}

/// Why a command cannot start or go on, and what to do instead.
///
/// A refusal of a server is not such an error: it is the outcome of one delivery, with its own
/// code, and the other deliveries go on.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct CliError {
    pub kind: Kind,
    message: String,
    pub hint: String,
    /// The code of the store that refused.
    pub code: Option<&'static str>,
}

impl CliError {
    /// The command line, the settings or the accounts are wrong. Nothing was done.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message, hint)
    }

    /// The command is right, but this machine cannot carry it out now.
    pub fn environment(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Kind::Environment, message, hint)
    }

    /// A store refuses what the whole command needs, such as a listing.
    pub fn refused(error: &StoreError) -> Self {
        let code = error.kind().code();
        Self {
            code: Some(code),
            ..Self::environment(format!("{error} [{code}]"), hints::of_store(error))
        }
    }

    /// Another process is using what the command needs.
    pub fn busy(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Kind::Busy, message, hint)
    }

    fn new(kind: Kind, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hint: hint.into(),
            code: None,
        }
    }
}
