//! Keeps a result from replacing a file that this program did not make.

use std::fs::{self, Metadata};
use std::path::Path;

use crate::failure::Failure;
use crate::files::fingerprint::{Hash, Stamp};
use crate::files::mark::{Occupant, occupant_with};
use crate::state::Known;

/// Why `output` must not be written; `None` if there is no file, or only a result. `known` is the
/// row of this name in the cache.
///
/// A result is recognised by the cache or by its form, so that results are remade like any others
/// if the cache was lost. If a result in the cache is no longer a picture, it is a damaged result.
///
/// A file that is still the one that was `seen` here is not read again.
pub(super) fn refusal(
    output: &Path,
    seen: &mut Seen,
    known: impl Fn() -> Option<Known>,
) -> Option<Failure> {
    let metadata = fs::symlink_metadata(output);
    let now = Seen(metadata.as_ref().ok().map(Identity::of));
    if now.0.is_some() && now == *seen {
        return None;
    }
    let found = occupant_with(output, &metadata);
    let known = || known().filter(|known| known.origin.is_some());
    let failure = match found {
        Occupant::Free | Occupant::Result => None,
        Occupant::Picture | Occupant::Other | Occupant::NotAFile => match known() {
            Some(_) if found == Occupant::Other => None,
            Some(known) if is_unchanged(output, &known) => None,
            Some(_) => Some(Failure::changed_output(output)),
            None => Some(Failure::foreign_output(output)),
        },
    };
    if failure.is_none() {
        *seen = now;
    }
    failure
}

/// The file that may be replaced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Seen(Option<Identity>);

impl Seen {
    /// Whether there is a file.
    pub(super) fn is_file(self) -> bool {
        self.0.is_some()
    }
}

/// What changes if a file is replaced or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity {
    stamp: Stamp,
    /// Its number on its disk, and the time of the last change of anything about it.
    #[cfg(unix)]
    inode: (u64, u64, i64, i64),
}

impl Identity {
    fn of(metadata: &Metadata) -> Self {
        Self {
            stamp: Stamp::of_result(metadata),
            #[cfg(unix)]
            inode: {
                use std::os::unix::fs::MetadataExt;
                let changed = (metadata.ctime(), metadata.ctime_nsec());
                (metadata.dev(), metadata.ino(), changed.0, changed.1)
            },
        }
    }
}

fn is_unchanged(output: &Path, known: &Known) -> bool {
    let Ok(metadata) = fs::symlink_metadata(output) else {
        return false;
    };
    metadata.is_file()
        && (known.stamp.proves(Stamp::of_result(&metadata))
            || Hash::of_file(output).is_ok_and(|hash| hash == known.hash))
}
