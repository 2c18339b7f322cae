//! Finds out whether the state of a folder is still the one that was read.

use std::fs;
use std::path::Path;

use crate::files::STATE_FOLDER;
use crate::files::fingerprint::{Hash, Stamp};

/// What files of the state were like at one moment.
#[derive(Debug, PartialEq, Eq)]
pub struct StateStamp {
    /// By name.
    files: Vec<(String, FileStamp)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileStamp {
    stamp: Stamp,
    /// Set if size and time do not prove that the content is the same.
    hash: Option<Hash>,
}

impl StateStamp {
    /// What the databases below `out` whose names start with one of `starts` are like now, with
    /// their logs.
    ///
    /// A log can be written again in place, and some systems note its time only when it is closed;
    /// and a file can change twice within a tick of the clock. The content of logs and of recent
    /// files is therefore compared too.
    pub fn now(out: &Path, starts: &[&str]) -> Self {
        let folder = out.join(STATE_FOLDER);
        let entries = fs::read_dir(&folder).into_iter().flatten();
        let files = entries.filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            let is_log = name.ends_with(".sqlite-wal");
            let is_wanted = starts.iter().any(|start| name.starts_with(start));
            if !is_wanted || !is_log && !name.ends_with(".sqlite") {
                return None;
            }
            let path = folder.join(&name);
            let stamp = Stamp::of_source(&fs::metadata(&path).ok()?);
            let needs_hash = is_log || stamp.written.is_none();
            // A file that vanishes meanwhile has no hash, and is missing next time.
            let hash = needs_hash.then(|| Hash::of_file(&path).ok()).flatten();
            Some((name, FileStamp { stamp, hash }))
        });
        let mut files: Vec<_> = files.collect();
        files.sort_by(|(one, _), (other, _)| one.cmp(other));
        Self { files }
    }

    /// Whether what was read when the state was `self` still holds when it is `now`.
    pub fn proves(&self, now: &Self) -> bool {
        let pairs = || self.files.iter().zip(&now.files);
        self.files.len() == now.files.len()
            && pairs().all(|((name, then), (other, now))| name == other && then.proves(*now))
    }
}

impl FileStamp {
    fn proves(self, now: Self) -> bool {
        match (self.hash, now.hash) {
            (Some(then), Some(now_hash)) => self.stamp.bytes == now.stamp.bytes && then == now_hash,
            (None, None) => self.stamp.proves(now.stamp),
            // One was recent and the other is not, so its content is not known.
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_certainly_the_same_is_taken_for_the_same() {
        let out = tempfile::tempdir().expect("a folder");
        let folder = out.path().join(STATE_FOLDER);
        fs::create_dir(&folder).expect("created");
        let now = || StateStamp::now(out.path(), &["cache"]);
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("written");
        let settle = |name: &str, seconds| {
            let file = fs::File::options().append(true).open(folder.join(name));
            let then = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
            file.expect("opened").set_modified(then).expect("set");
        };
        let none = now();
        assert!(none.proves(&now()));
        write("cache.sqlite", "one");
        assert!(!none.proves(&now()));
        let fresh = now();
        assert!(fresh.proves(&now()));
        // Of the same length, perhaps within the same tick.
        write("cache.sqlite", "two");
        assert!(!fresh.proves(&now()));
        settle("cache.sqlite", 1_000);
        let settled = now();
        assert!(settled.proves(&now()) && !fresh.proves(&now()));
        settle("cache.sqlite", 2_000);
        assert!(!settled.proves(&now()));
        let settled = now();
        for other in ["decisions.sqlite", "cache.sqlite-shm", "cache.lock"] {
            write(other, "other");
        }
        assert!(settled.proves(&now()), "others do not count");
        write("cache.sqlite-wal", "log");
        settle("cache.sqlite-wal", 1_000);
        assert!(!settled.proves(&now()));
        let logged = now();
        write("cache.sqlite-wal", "gol");
        settle("cache.sqlite-wal", 1_000);
        assert!(!logged.proves(&now()), "a log of the same size and time");
    }
}
