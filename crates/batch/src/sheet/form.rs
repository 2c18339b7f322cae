//! What a sheet is written as.

use std::path::Path;

use crate::error::CliError;

/// What a sheet is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Html,
    Jpeg,
    Png,
}

impl Form {
    /// The form that the extension of `path` stands for.
    pub(super) fn of(path: &Path) -> Result<Self, CliError> {
        let extension = path.extension().and_then(|it| it.to_str());
        let extension = extension.map(str::to_ascii_lowercase);
        match extension.as_deref() {
            Some("html" | "htm") => Ok(Self::Html),
            Some("jpg" | "jpeg") => Ok(Self::Jpeg),
            Some("png") => Ok(Self::Png),
            _ => Err(CliError::usage(
                format!(
                    "--sheet must end in .html, .png or .jpg, got {}",
                    path.display()
                ),
                "choose the form by the ending",
            )),
        }
    }
}
