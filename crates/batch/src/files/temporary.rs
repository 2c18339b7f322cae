//! Folders that are removed with all they contain when the process ends, also by Ctrl-C.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::{Builder, TempDir};

/// How often to try to remove a folder.
const TRIES: u32 = 10;

/// The folders that exist now.
static EXISTING: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A folder that only this user can read, removed when this is dropped.
pub struct TemporaryFolder {
    folder: TempDir,
}

impl TemporaryFolder {
    /// Creates one with a new name in `parent`.
    pub fn new_in(parent: &Path) -> io::Result<Self> {
        // A path that stays right if the process changes its folder.
        let parent = fs::canonicalize(parent)?;
        let mut builder = Builder::new();
        builder.prefix("dropped-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let folder = builder.tempdir_in(parent)?;
        existing(|all| all.insert(folder.path().to_path_buf()));
        Ok(Self { folder })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// From now on, the folder stays.
    pub fn keep(&mut self) {
        self.folder.disable_cleanup(true);
        existing(|all| all.remove(self.folder.path()));
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        existing(|all| all.remove(self.folder.path()));
    }
}

/// Removes those that exist, before the process ends without dropping them.
pub fn remove_all() {
    for folder in existing(std::mem::take) {
        for _ in 0..TRIES {
            match fs::remove_dir_all(&folder) {
                // A worker is still writing into it.
                Err(error) if error.kind() != io::ErrorKind::NotFound => {}
                _ => break,
            }
        }
    }
}

fn existing<T>(change: impl FnOnce(&mut BTreeSet<PathBuf>) -> T) -> T {
    change(&mut EXISTING.lock().unwrap_or_else(PoisonError::into_inner))
}
