//! Sources that the page looks at, kept in memory: a person tries many crops of one picture.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use avatar_batch::files::fingerprint::{Hash, Stamp};
use avatar_prepare::Source;
use axum::http::StatusCode;

use crate::web::Refused;

/// Sources that are kept. More would only help a person who goes back and forth.
const KEPT: usize = 4;

/// Most bytes of kept sources together; the newest is always kept.
const KEPT_BYTES: u64 = 256 << 20;

/// The bytes of a source.
pub(super) struct Opened {
    path: PathBuf,
    stamp: Stamp,
    pub(super) hash: Hash,
    pub(super) source: Source,
}

impl Opened {
    /// Refuses a request that was made for other bytes, named by the digits of their hash.
    pub(super) fn expect(&self, hash: &str) -> Result<(), Refused> {
        if Hash::parse(hash) == Some(self.hash) {
            return Ok(());
        }
        let message = format!("{} has changed since it was shown", self.path.display());
        Err(Refused::new(
            StatusCode::CONFLICT,
            "source_changed",
            message,
        ))
    }
}

/// The sources that were read last.
#[derive(Default)]
pub(super) struct Sources {
    kept: Mutex<VecDeque<Arc<Opened>>>,
}

impl Sources {
    /// The source at `path` as it is now, at most `limit` bytes.
    pub(super) fn open(&self, path: &Path, limit: u64) -> io::Result<Arc<Opened>> {
        let stamp = Stamp::of_source(&fs::metadata(path)?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |it: &&Arc<Opened>| it.path == path && it.stamp.proves(stamp);
        if let Some(found) = kept.iter().find(is_same) {
            return Ok(Arc::clone(found));
        }
        kept.retain(|it| it.path != path);
        let opened = Arc::new(read(path, limit)?);
        kept.push_front(Arc::clone(&opened));
        let mut bytes = 0;
        kept.retain(|it| {
            bytes += it.stamp.bytes;
            bytes <= KEPT_BYTES || Arc::ptr_eq(it, &opened)
        });
        kept.truncate(KEPT);
        Ok(opened)
    }
}

fn read(path: &Path, limit: u64) -> io::Result<Opened> {
    let file = File::open(path)?;
    // Taken before it is read, so that a later write looks new.
    let metadata = file.metadata()?;
    if !metadata.is_file() || metadata.len() > limit {
        let message = format!("must be a file of at most {limit} bytes");
        return Err(io::Error::other(message));
    }
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != metadata.len() {
        return Err(io::Error::other("the file changed while it was read"));
    }
    Ok(Opened {
        path: path.to_path_buf(),
        stamp: Stamp::of_source(&metadata),
        hash: Hash::of(&bytes),
        source: Source::Bytes(bytes),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(path: &Path, limit: u64) -> String {
        let opened = Sources::default().open(path, limit);
        opened
            .err()
            .map_or(String::new(), |error| error.to_string())
    }

    #[test]
    fn a_source_is_read_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.ppm");
        fs::write(&file, b"1234").unwrap();
        assert_eq!(message(&file, 4), "");
        assert_eq!(message(&file, 3), "must be a file of at most 3 bytes");
        assert_eq!(
            message(folder.path(), 1 << 20),
            "must be a file of at most 1048576 bytes"
        );
        // Its length is stated as zero, as that of a file that grows meanwhile is stated too short.
        if cfg!(target_os = "linux") {
            let growing = message(Path::new("/proc/self/status"), 1 << 20);
            assert_eq!(growing, "the file changed while it was read");
        }
    }

    #[test]
    fn a_source_that_changed_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.ppm");
        let sources = Sources::default();
        let written = |bytes: &[u8]| {
            fs::write(&file, bytes).unwrap();
            let opened = sources.open(&file, 100).unwrap();
            let digits = Hash::of(bytes).to_string();
            assert!(opened.expect(&digits).is_ok());
            (opened, digits)
        };
        let (_, first) = written(b"1234");
        let (second, _) = written(b"12345");
        assert!(second.expect(&first).is_err());
    }
}
