//! Remembers what failed in earlier runs, so that new failures can be distinguished from known
//! ones.

use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::clock;
use crate::files::fingerprint::Stamp;
use crate::objects::address::is_address;
use crate::report::record::{FileRecord, Status};
use crate::state::{Attempt, Failing, Reader, StateError, Writer};

/// Failures of earlier runs, and of this one.
#[derive(Default)]
pub(super) struct History {
    before: HashMap<String, Failing>,
    now: Vec<Failing>,
    /// Sources that failed before and no longer do.
    mended: Vec<String>,
    /// Whether something about a failure is not stored yet.
    has_news: bool,
}

impl History {
    /// Reads the failures of earlier runs, from the caches of all shards.
    pub(super) fn read(readers: &[Reader]) -> Self {
        let all = readers.iter().filter_map(|reader| reader.failures().ok());
        let before = all.flatten().map(|it| (it.source.clone(), it)).collect();
        Self {
            before,
            ..Self::default()
        }
    }

    /// Notes what became of a file, and adds to its record since when it has failed in the same way.
    /// `attempt` is what was tried.
    pub(super) fn note(&mut self, record: &mut FileRecord, attempt: Option<Attempt>) {
        if record.status != Status::Failed && self.before.is_empty() {
            return;
        }
        let source = Failing::name(absolute(Path::new(&record.source)), record.preset);
        if record.status != Status::Failed {
            if self.before.remove(&source).is_some() {
                self.mended.push(source);
            }
            return;
        }
        let stamp = fs::metadata(&record.source).ok();
        let mut failing = Failing {
            code: record.code.unwrap_or_default().into(),
            stamp: stamp.as_ref().map(Stamp::of_result),
            since: clock::seconds(),
            source,
            message: record.message.clone(),
            hint: record.hint.clone(),
            attempt,
        };
        let before = self.before.remove(&failing.source);
        if let Some(before) = before.as_ref().filter(|it| it.is_same(&failing)) {
            failing.since = before.since;
            record.is_known_failure = true;
        }
        self.has_news |= before.as_ref() != Some(&failing);
        let since = Duration::from_secs(u64::try_from(failing.since).unwrap_or(0));
        record.since = Some(avatar_upload::display_time(since));
        self.now.push(failing);
    }

    /// Remembers the failures of this run. Those of sources below `inputs` that are no longer there are forgotten:
    /// after a whole run all that were not found, otherwise those whose file is gone, so that a long watch does
    /// not read more and more of them.
    pub(super) fn keep(
        mut self,
        writer: &mut Writer,
        inputs: &[PathBuf],
        is_whole: bool,
    ) -> Result<(), StateError> {
        // Without its folder, nothing can be said of a file: a disk may be missing.
        let there = inputs.iter().filter(|input| is_whole || input.exists());
        let inputs: Vec<String> = there.map(|input| absolute(input)).collect();
        let is_below = |source: &String| {
            let below = |input: &String| Path::new(source).starts_with(input);
            inputs.iter().any(below)
        };
        let before = self.before.into_iter();
        let gone = before.filter(|(source, it)| is_below(source) && (is_whole || is_gone(it)));
        self.mended.extend(gone.map(|(source, _)| source));
        if !self.has_news && self.mended.is_empty() {
            return Ok(());
        }
        writer.keep_failures(&self.now, &self.mended)
    }
}

/// Whether the file of a source no longer exists.
fn is_gone(failing: &Failing) -> bool {
    let path = match &failing.attempt {
        Some(attempt) => attempt.root.join(&attempt.source),
        None => failing.path().into(),
    };
    let found = fs::symlink_metadata(&path);
    !is_address(&path) && found.is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

fn absolute(path: &Path) -> String {
    if is_address(path) {
        return path.display().to_string();
    }
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    absolute.display().to_string()
}
