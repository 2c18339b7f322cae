//! Keeps what was read of the state in memory for as long as its files stay the same. With thousands
//! of pictures, reading them takes longer than everything else that a request does.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use avatar_batch::state::StateStamp;

/// A value that was read from files of the state.
pub(super) struct Kept<T> {
    /// How the names of these files start.
    files: &'static [&'static str],
    last: Mutex<Option<(StateStamp, Arc<T>)>>,
}

impl<T> Kept<T> {
    pub(super) fn new(files: &'static [&'static str]) -> Self {
        Self {
            files,
            last: Mutex::default(),
        }
    }

    /// The value of the state in `out` as it is now; calls `read` only if files have changed.
    /// Requests at the same time wait for each other, so that it is read once.
    pub(super) fn now<E>(
        &self,
        out: &Path,
        read: impl FnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        let mut last = self.lock();
        // Taken before it is read: what a run writes meanwhile makes a difference next time.
        let now = StateStamp::now(out, self.files);
        if let Some((then, value)) = &*last
            && then.proves(&now)
        {
            return Ok(Arc::clone(value));
        }
        let value = Arc::new(read()?);
        *last = Some((now, Arc::clone(&value)));
        Ok(value)
    }

    /// The value that was read last, without looking at the files.
    pub(super) fn last(&self) -> Option<Arc<T>> {
        self.lock().as_ref().map(|(_, value)| Arc::clone(value))
    }

    /// A thread that panicked with the lock left it whole: it is replaced in one step.
    fn lock(&self) -> MutexGuard<'_, Option<(StateStamp, Arc<T>)>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_again_only_after_a_change_and_an_error_keeps_nothing() {
        let out = tempfile::tempdir().expect("a folder");
        let state = out.path().join(avatar_batch::files::STATE_FOLDER);
        std::fs::create_dir(&state).expect("created");
        let kept = Kept::new(&["cache"]);
        let now = |value: Result<u8, &'static str>| kept.now(out.path(), || value).map(|it| *it);
        assert_eq!(now(Ok(1)), Ok(1));
        assert_eq!(now(Ok(2)), Ok(1));
        std::fs::write(state.join("cache.sqlite"), "changed").expect("written");
        assert_eq!(now(Err("unreadable")), Err("unreadable"));
        assert_eq!(now(Ok(3)), Ok(3));
        assert_eq!(kept.last().as_deref(), Some(&3));
    }
}
