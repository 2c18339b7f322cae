//! The folder `lost+found` at the root of many file systems, which only root may read.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::Path;

const NAME: &str = "lost+found";

/// Whether a walk failed only to read `lost+found`. File systems of the ext family have it, for what a
/// repair finds, so that a walk of a whole disk would fail for everybody but root. A `lost+found` that is
/// named itself is wanted, so that its failure counts.
pub fn is_closed(error: &walkdir::Error) -> bool {
    let is_named = error.path().and_then(Path::file_name) == Some(OsStr::new(NAME));
    let cause = error.io_error().map(std::io::Error::kind);
    is_named && error.depth() > 0 && cause == Some(ErrorKind::PermissionDenied)
}
