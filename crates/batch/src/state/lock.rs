//! Locks a folder of results: one run at a time, or several shards of one run.
//!
//! The operating system releases a lock when its process ends, however it ends.

use std::fs::{self, File, OpenOptions};
use std::path::Path;

use fs4::fs_std::FileExt;

use super::error::StateError;
use super::holder::{Holder, sign};
use crate::naming::shard::Shard;

/// Releases the folder when dropped.
pub(super) struct Lock {
    _files: Vec<File>,
}

impl Lock {
    /// An unsharded run excludes all others. A shard excludes unsharded runs and itself.
    pub(super) fn take(folder: &Path, shard: Shard) -> Result<Self, StateError> {
        let whole = open(folder, "lock")?;
        let Some(name) = shard.name() else {
            if !FileExt::try_lock_exclusive(&whole)? {
                return Err(StateError::Held(
                    a_shard(folder).unwrap_or_else(|| Holder::read(&folder.join("holder"))),
                ));
            }
            sign(&folder.join("holder"));
            return Ok(Self {
                _files: vec![whole],
            });
        };
        if !FileExt::try_lock_shared(&whole)? {
            return Err(StateError::Held(Holder::read(&folder.join("holder"))));
        }
        let own = open(folder, &format!("lock-{name}"))?;
        let holder = folder.join(format!("holder-{name}"));
        if !FileExt::try_lock_exclusive(&own)? {
            return Err(StateError::Held(Holder::read(&holder)));
        }
        sign(&holder);
        Ok(Self {
            _files: vec![whole, own],
        })
    }
}

/// The holder of some shard that is running.
fn a_shard(folder: &Path) -> Option<Holder> {
    let names = fs::read_dir(folder).ok()?;
    let names = names.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut shards = names.filter_map(|name| Some(name.strip_prefix("lock-")?.to_string()));
    let held = shards.find(|shard| {
        let file = open(folder, &format!("lock-{shard}"));
        file.is_ok_and(|file| !FileExt::try_lock_shared(&file).unwrap_or(false))
    })?;
    Some(Holder::read(&folder.join(format!("holder-{held}"))))
}

/// A lock file that exists and cannot be opened belongs to another user; one that cannot be created
/// locks nothing.
fn open(folder: &Path, name: &str) -> Result<File, StateError> {
    let path = folder.join(name);
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).create(true).truncate(false);
    options.open(&path).map_err(|error| match path.exists() {
        true => StateError::Locked { path, error },
        false => error.into(),
    })
}
