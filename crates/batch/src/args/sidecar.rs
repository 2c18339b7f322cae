//! Sidecars: a file `name.ext.toml` beside a picture `name.ext`, with options for it alone.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::choice::{self, Choice};
use super::document;
use crate::error::CliError;

/// Most bytes of a sidecar.
const LONGEST: u64 = 64 << 10;

/// Reads a sidecar.
pub(super) fn read(path: &Path) -> Result<Vec<Choice>, CliError> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_string(&mut text));
    read.map_err(|error| {
        let message = format!("could not read the sidecar {}: {error}", path.display());
        CliError::environment(message, "check the file and its permissions")
    })?;
    if text.len() as u64 > LONGEST {
        return Err(CliError::usage(
            format!(
                "{}: a sidecar must have at most {LONGEST} bytes, got more",
                path.display()
            ),
            "it holds options of one picture, such as focus = \"50,20\"",
        ));
    }
    parse(path, &text)
}

/// Reads the text of a sidecar; `path` names it in messages.
pub(super) fn parse(path: &Path, text: &str) -> Result<Vec<Choice>, CliError> {
    let table = document::parse(path, text)?;
    choice::read(&table.entries, &[])
}
