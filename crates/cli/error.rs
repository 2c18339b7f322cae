//! Why a command cannot start or go on.

use serde::Serialize;

/// Whose move it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// The command line, the settings or the accounts must change.
    Usage,
    /// A disk, a permission or a limit of this machine stands in the way.
    Environment,
    /// Another process holds what is needed: waiting helps.
    Busy,
}

/// What is wrong, and what to do instead.
///
/// What a server refuses is no such error: a delivery has an outcome with a code of its own, and
/// the others go on.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct CliError {
    pub(crate) kind: Kind,
    message: String,
    pub(crate) hint: String,
}

impl CliError {
    /// The request makes no sense as it stands. Nothing was done.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message, hint)
    }

    /// The request makes sense, and this machine cannot serve it now.
    pub(crate) fn environment(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Kind::Environment, message, hint)
    }

    /// Another process is in the way.
    pub(crate) fn busy(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Kind::Busy, message, hint)
    }

    /// An upload without a folder of results.
    pub(crate) fn missing_out() -> Self {
        let hint = "name the folder of results: avatar-prep upload OUT";
        Self::usage("missing argument: OUT", hint)
    }

    fn new(kind: Kind, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hint: hint.into(),
        }
    }
}
