//! A note for people: which process holds a folder of results.

use std::fmt;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::files::publish::publish;

/// Writes who holds the folder. It is a file of its own, because some systems do not let a locked
/// file be read. The lock holds without it too.
pub(super) fn sign(path: &Path) {
    let host = gethostname::gethostname();
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let since = avatar_upload::display_time(since.unwrap_or_default());
    let text = format!(
        "{}\n{}\n{since}\n",
        std::process::id(),
        host.to_string_lossy()
    );
    if publish(path, text.as_bytes()).is_err() {
        // No name is better than a stale one.
        let _ = fs::remove_file(path);
    }
}

/// The process that holds a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holder {
    process: String,
    host: String,
    since: String,
}

impl Holder {
    pub(super) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        let mut lines = text.lines().map(str::to_string);
        let mut next = || lines.next().unwrap_or_else(|| "unknown".into());
        Self {
            process: next(),
            host: next(),
            since: next(),
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            process,
            host,
            since,
        } = self;
        write!(f, "process {process} on {host} has held it since {since}")
    }
}
