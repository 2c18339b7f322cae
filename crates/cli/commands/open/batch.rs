//! What one page has dropped, and what was made of it.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use avatar_batch::files::fingerprint::Hash;
use avatar_batch::files::temporary::TemporaryFolder;
use axum::http::StatusCode;
use tempfile::NamedTempFile;

use super::allowance::Share;
use super::names::{Key, Names};
use super::progress::{FileRow, Now, Phase, Places, Progress, Trouble};
use super::verdicts::recorded;
use crate::web::Refused;

/// The files of a page with their results.
pub(super) struct Batch {
    folder: Mutex<TemporaryFolder>,
    pub(super) places: Places,
    incoming: PathBuf,
    /// Shared by all batches whose results lie in one folder.
    names: Arc<Mutex<Names>>,
    files: Mutex<HashMap<Key, Share>>,
    progress: Mutex<Progress>,
    is_kept: AtomicBool,
}

/// A file that has arrived.
#[derive(Debug, serde::Serialize)]
pub(super) struct Stored {
    /// Its name here, which differs from the sent one if another picture has that.
    name: String,
    bytes: u64,
    /// Whether the same picture was here under the same name.
    is_known: bool,
}

impl Batch {
    /// An empty batch in a new folder below `parent`. Results go to `out`, or into that folder.
    pub(super) fn new(
        parent: &Path,
        out: Option<&Path>,
        names: Arc<Mutex<Names>>,
    ) -> std::io::Result<Self> {
        let folder = TemporaryFolder::new_in(parent)?;
        let places = Places {
            input: folder.path().join("pictures"),
            out: out.map_or_else(|| folder.path().join("results"), Path::to_path_buf),
        };
        let incoming = folder.path().join("incoming");
        fs::create_dir(&places.input)?;
        fs::create_dir(&incoming)?;
        Ok(Self {
            folder: Mutex::new(folder),
            places,
            incoming,
            names,
            files: Mutex::default(),
            progress: Mutex::default(),
            is_kept: AtomicBool::new(false),
        })
    }

    /// An empty file for what arrives; it disappears unless it is stored.
    pub(super) fn incoming(&self) -> std::io::Result<NamedTempFile> {
        NamedTempFile::new_in(&self.incoming)
    }

    /// Puts a file that has arrived whole where the next run finds it.
    pub(super) fn store(
        &self,
        wanted: &Path,
        file: NamedTempFile,
        content: Hash,
        share: Share,
    ) -> Result<Stored, Refused> {
        let mut files = locked(&self.files);
        let taken = locked(&self.names).take(wanted, content, |key| files.contains_key(key));
        let (name, key) = taken.ok_or_else(|| {
            let message = "there are too many other pictures with this name";
            Refused::new(StatusCode::CONFLICT, "bad_name", message)
        })?;
        let stored = Stored {
            name: name.display().to_string(),
            bytes: share.bytes,
            is_known: files.contains_key(&key),
        };
        if stored.is_known {
            locked(&self.names).release(&key, false);
            return Ok(stored);
        }
        let path = self.places.input.join(&name);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        let kept = made.and_then(|()| Ok(file.persist_noclobber(&path)?));
        if let Err(error) = kept {
            locked(&self.names).release(&key, false);
            return Err(not_stored(&error));
        }
        files.insert(key, share);
        Ok(stored)
    }

    pub(super) fn count(&self) -> usize {
        locked(&self.files).len()
    }

    /// From now on, the folder stays when the process ends: results in another folder refer to its
    /// pictures.
    pub(super) fn keep(&self) {
        locked(&self.folder).keep();
        self.is_kept.store(true, Ordering::SeqCst);
    }

    /// Starts a run and returns its number.
    pub(super) fn start(&self) -> Result<u32, Refused> {
        let refuse = |code, message: &str| Err(Refused::new(StatusCode::CONFLICT, code, message));
        if self.count() == 0 {
            return refuse("nothing_dropped", "there are no files yet");
        }
        let mut progress = locked(&self.progress);
        if progress.phase.is_busy() {
            return refuse("already_working", "the pictures are being made already");
        }
        *progress = Progress {
            run: progress.run + 1,
            phase: Phase::Waiting,
            ..Progress::default()
        };
        Ok(progress.run)
    }

    /// The run has found this many files.
    pub(super) fn found(&self, files: u64) {
        let mut progress = locked(&self.progress);
        progress.found = files;
        progress.phase = Phase::Working;
    }

    pub(super) fn add(&self, row: FileRow) {
        locked(&self.progress).rows.push(row);
    }

    pub(super) fn end(&self, trouble: Option<Trouble>) {
        let mut progress = locked(&self.progress);
        progress.phase = Phase::Done;
        progress.trouble = trouble;
    }

    pub(super) fn is_busy(&self) -> bool {
        locked(&self.progress).phase.is_busy()
    }

    /// Results are complete only after the run.
    pub(super) fn refuse_while_working(&self) -> Result<(), Refused> {
        if !self.is_busy() {
            return Ok(());
        }
        let (status, message) = (StatusCode::CONFLICT, "the pictures are being made");
        Err(Refused::new(status, "already_working", message))
    }

    /// What is new since the page knew `from` rows of the run with this number.
    pub(super) fn since(&self, run: u32, from: usize) -> Now {
        let files = self.count();
        locked(&self.progress).since(run, from, files)
    }

    /// The results of the last run, relative to their folder.
    pub(super) fn results(&self) -> Vec<PathBuf> {
        let progress = locked(&self.progress);
        progress.rows.iter().filter_map(FileRow::result).collect()
    }

    /// Removes the files of which no recorded result was made: no page shows them for review, and they can
    /// contain something unknown.
    fn remove_unused(&self) {
        // What the records name is the real path.
        let input = fs::canonicalize(&self.places.input);
        let (Ok(input), Ok(recorded)) = (input, recorded(&self.places.out)) else {
            return;
        };
        let origins = recorded.into_values().filter_map(|known| known.origin);
        let used: HashSet<PathBuf> = origins
            .filter(|origin| origin.root == input)
            .map(|origin| origin.root.join(origin.source))
            .collect();
        if used.is_empty() && !self.results().is_empty() {
            return; // their records are missing, not the results
        }
        for entry in walkdir::WalkDir::new(&input).contents_first(true) {
            let Ok(entry) = entry else { continue };
            if entry.file_type().is_dir() {
                let _ = fs::remove_dir(entry.path()); // only if it is empty
            } else if !used.contains(entry.path()) {
                let _ = fs::remove_file(entry.path());
            }
        }
        let _ = self.places.input.parent().map(fs::remove_dir);
    }

    /// The result of this row.
    pub(super) fn result(&self, row: usize) -> Option<PathBuf> {
        locked(&self.progress).rows.get(row)?.result()
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        let is_kept = self.is_kept.load(Ordering::SeqCst);
        if is_kept {
            // What arrived before the end is not there for a later review.
            let _ = fs::remove_dir_all(&self.incoming);
            self.remove_unused();
        }
        let mut names = locked(&self.names);
        let files = std::mem::take(&mut *locked(&self.files));
        files.keys().for_each(|key| names.release(key, is_kept));
    }
}

/// The value of a lock; a thread that panicked with it left it whole, because all changes are single
/// steps.
pub(super) fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The refusal of a file that could not be written.
pub(super) fn not_stored(error: &std::io::Error) -> Refused {
    let message = format!("the file could not be stored on this machine: {error}");
    Refused::new(StatusCode::INSUFFICIENT_STORAGE, "io", message)
}
