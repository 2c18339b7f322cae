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

/// The process that holds a folder; nothing is known of one that has only just taken it, or could not
/// write who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder(Option<Known>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    process: String,
    host: String,
    since: String,
}

impl Holder {
    pub(super) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        let mut lines = text.lines().map(str::to_string);
        let mut known = || {
            Some(Known {
                process: lines.next()?,
                host: lines.next()?,
                since: lines.next()?,
            })
        };
        Self(known())
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(Known {
            process,
            host,
            since,
        }) = &self.0
        else {
            return f.write_str("another process holds it");
        };
        write!(f, "process {process} on {host} has held it since {since}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_of_a_holder_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("holder");
        let said = || Holder::read(&path).to_string();
        assert_eq!(said(), "another process holds it");
        fs::write(&path, "12\nhost\n").unwrap();
        assert_eq!(said(), "another process holds it");
        sign(&path);
        let start = format!("process {} on ", std::process::id());
        assert!(said().starts_with(&start), "{}", said());
        assert!(said().contains(" has held it since 2"), "{}", said());
    }
}
