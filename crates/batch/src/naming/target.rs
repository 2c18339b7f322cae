//! Where results go: a folder, or one file.

use std::path::{Path, PathBuf, is_separator};

use avatar_prepare::Format;

use crate::error::CliError;

/// Where results go.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// A folder that mirrors the inputs.
    Folder(PathBuf),
    /// One result for one source.
    File(PathBuf),
}

/// Decides from the form of the paths whether `output` is a file or a folder.
pub fn target(inputs: &[PathBuf], output: &Path) -> Result<Target, CliError> {
    let single_file = matches!(inputs, [input] if !input.is_dir());
    let extension = output.extension().and_then(|extension| extension.to_str());
    let last = output.as_os_str().as_encoded_bytes().last();
    let trailing_slash = last.is_some_and(|byte| is_separator(char::from(*byte)));
    if output.is_dir() || trailing_slash || !(single_file && extension.is_some()) {
        if output.is_file() {
            let message = format!("{} is a file; OUT must be a folder here", output.display());
            return Err(CliError::usage(message, "name a folder as the last path"));
        }
        let is_picture = extension.is_some_and(Format::is_picture_extension);
        if is_picture && !trailing_slash && !output.exists() {
            let shown = output.display();
            return Err(CliError::usage(
                format!("{shown} is the name of a picture; OUT must be a folder here"),
                format!("name a folder as the last path; {shown}/ if the folder has this name"),
            ));
        }
        return Ok(Target::Folder(output.to_path_buf()));
    }
    match extension.unwrap_or_default().to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => Ok(Target::File(output.to_path_buf())),
        other => {
            let message = format!("OUT must end in .jpg or be a folder, got .{other}");
            Err(CliError::usage(
                message,
                "results are JPEG: end OUT in .jpg, or in / for a folder",
            ))
        }
    }
}
