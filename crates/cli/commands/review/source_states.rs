//! Whether sources are still what their results were made of. Lists are asked for again and again, so the
//! hash of a source that had to be read is kept for as long as its stamp proves that it is the same.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use avatar_batch::files::fingerprint::{Hash, Stamp};
use avatar_batch::objects::address::is_address;
use avatar_batch::state::Origin;

/// The hashes of sources that were read.
#[derive(Default)]
pub(super) struct SourceStates {
    read: Mutex<HashMap<PathBuf, (Stamp, Hash)>>,
}

impl SourceStates {
    /// `same`, `changed` or `missing`; `remote` for an object in a store, which is not looked at.
    ///
    /// A stamp that differs proves nothing: it also does after a change of rights, in a copy, and in caches of
    /// earlier versions. If the size is the same, the content decides.
    pub(super) fn of(&self, origin: &Origin) -> &'static str {
        if is_address(&origin.root) {
            return "remote";
        }
        let path = origin.root.join(&origin.source);
        let Ok(found) = fs::metadata(&path) else {
            return "missing";
        };
        let (then, now) = (origin.stamp, Stamp::of_source(&found));
        let has_content = || then.bytes == now.bytes && self.hash(&path, now) == Some(origin.hash);
        match then.proves(now) || has_content() {
            true => "same",
            false => "changed",
        }
    }

    /// A thread that panicked with the lock left it whole: entries are replaced in one step.
    fn read(&self) -> MutexGuard<'_, HashMap<PathBuf, (Stamp, Hash)>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The hash of a file with this stamp; none if it cannot be read.
    fn hash(&self, path: &Path, stamp: Stamp) -> Option<Hash> {
        if let Some((then, hash)) = self.read().get(path)
            && then.proves(stamp)
        {
            return Some(*hash);
        }
        let hash = Hash::of_file(path).ok()?;
        self.read().insert(path.to_path_buf(), (stamp, hash));
        Some(hash)
    }
}

/// Whether a source in this state is what its result was made of, as far as this machine can see. One in a store
/// is not looked at: the next run finds out, and an approval holds for the bytes that it was given for only.
pub(super) fn is_unchanged(state: &str) -> bool {
    matches!(state, "same" | "remote")
}
