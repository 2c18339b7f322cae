//! Appends to a file that several programs share, such as the summary of a CI job.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

/// Appends the bytes; creates the file if it is missing.
pub fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(bytes)
}
