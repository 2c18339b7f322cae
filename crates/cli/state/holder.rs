//! One run at a time writes a folder of results; shards of one run share it.
//!
//! Locks are the operating system's and end with the process, however it ends. Who holds a lock
//! is written beside it, for people.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::time::SystemTime;

use fs4::fs_std::FileExt;

use super::StateError;
use crate::publish::publish;
use crate::shard::Shard;

/// Held until it is dropped.
pub(crate) struct Lock {
    _files: Vec<File>,
}

impl Lock {
    /// A run without shards excludes all others, a shard excludes itself and runs without shards.
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

/// A shard that is at work.
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

/// A lock that is there and cannot be opened is somebody else's; one that cannot be made is nobody's.
fn open(folder: &Path, name: &str) -> Result<File, StateError> {
    let path = folder.join(name);
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).create(true).truncate(false);
    options.open(&path).map_err(|error| match path.exists() {
        true => StateError::Locked { path, error },
        false => error.into(),
    })
}

/// Says who holds the folder. Locked files cannot be read everywhere, so it is another file; the
/// lock holds without it, too.
fn sign(path: &Path) {
    let host = gethostname::gethostname();
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let since = avatar_upload::display_time(since.unwrap_or_default());
    let text = format!(
        "{}\n{}\n{since}\n",
        std::process::id(),
        host.to_string_lossy()
    );
    if publish(path, text.as_bytes()).is_err() {
        // Better nobody than somebody else.
        let _ = fs::remove_file(path);
    }
}

/// Who holds a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holder {
    process: String,
    host: String,
    since: String,
}

impl Holder {
    fn read(path: &Path) -> Self {
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
        write!(f, "process {process} on {host} holds it since {since}")
    }
}
