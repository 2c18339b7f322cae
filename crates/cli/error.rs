//! Why a command cannot go on.

/// A sentence on what is wrong and what to do instead.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct CliError {
    message: String,
    pub(crate) hint: String,
}

impl CliError {
    /// Wrong use: found before any work, so nothing was done.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// An upload without a folder of results.
    pub(crate) fn which_results() -> Self {
        let hint = "name the folder that was written: avatar-prep upload OUT";
        Self::usage("which results?", hint)
    }
}
