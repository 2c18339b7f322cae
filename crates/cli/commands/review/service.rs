//! What the requests of a review share: the folder, its index and the sources that are open.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use avatar_batch::args::Options;
use avatar_batch::error::{CliError, Kind};
use avatar_batch::files::fingerprint::Hash;
use avatar_batch::objects::address::is_address;
use avatar_batch::remaking::Remaking;
use avatar_batch::state::{self, Decisions, Known, Origin};
use avatar_prepare::{Budget, Preparer, Settings};
use axum::http::StatusCode;

use super::kept::Kept;
use super::opened::{Opened, Sources};
use super::results::{self, Results};
use super::source_states::SourceStates;
use crate::web::Refused;

/// What all requests share.
pub(super) struct Service {
    pub(super) options: Options,
    pub(super) out: PathBuf,
    pub(super) remaking: Remaking,
    results: Kept<Results>,
    decisions: Kept<Decisions>,
    sources: Sources,
    pub(super) source_states: SourceStates,
    /// Preparers that are free, with their scratch memory.
    preparers: Mutex<Vec<Preparer>>,
    budget: Budget,
    /// The newest preview that each page asked for.
    pub(super) turns: Mutex<HashMap<String, u64>>,
    /// Held while something is decided, so that decisions of two pages follow each other.
    deciding: Mutex<()>,
    /// Results that could not be remade because another run held the folder.
    pending: Mutex<BTreeSet<PathBuf>>,
}

impl Service {
    pub(super) fn new(options: &Options, out: &Path, remaking: Remaking) -> Self {
        Self {
            options: options.clone(),
            out: out.to_path_buf(),
            remaking,
            results: Kept::new(results::FILES),
            decisions: Kept::new(&["decisions"]),
            sources: Sources::default(),
            source_states: SourceStates::default(),
            preparers: Mutex::default(),
            budget: Budget::new(options.memory),
            turns: Mutex::default(),
            deciding: Mutex::default(),
            pending: Mutex::default(),
        }
    }

    /// Every result of the folder, and what failed, as the cache knows it now.
    pub(super) fn all(&self) -> Result<Arc<Results>, Refused> {
        let all = self.results.now(&self.out, || Results::read(&self.out));
        all.map_err(|error| of_state(&error))
    }

    pub(super) fn decisions(&self) -> Result<Arc<Decisions>, Refused> {
        let read = || state::decisions(&self.out);
        let all = self.decisions.now(&self.out, read);
        all.map_err(|error| of_state(&error))
    }

    /// The result with this name, as it was when the list was read.
    pub(super) fn find(&self, id: &str) -> Result<Known, Refused> {
        let last = self.results.last();
        match last.as_ref().and_then(|last| last.find(id)) {
            Some(known) => Ok(known.clone()),
            None => self.find_now(id),
        }
    }

    /// The result with this name, as it is now.
    pub(super) fn find_now(&self, id: &str) -> Result<Known, Refused> {
        self.all()?.find(id).cloned().ok_or_else(|| {
            let message = "there is no such result any more";
            Refused::new(StatusCode::NOT_FOUND, "unknown_picture", message)
        })
    }

    /// The source of a result as it is now.
    pub(super) fn open(&self, origin: &Origin) -> Result<Arc<Opened>, Refused> {
        let path = origin.root.join(&origin.source);
        if is_address(&origin.root) {
            return Err(in_store(&path));
        }
        let limit = self.options.limits.encoded_bytes;
        self.sources.open(&path, limit).map_err(|error| {
            let message = format!("could not read {}: {error}", path.display());
            Refused::new(StatusCode::CONFLICT, "source_unreadable", message)
        })
    }

    /// The settings that the result was made with.
    pub(super) fn settings(&self, origin: &Origin) -> Result<Settings, Refused> {
        self.settings_of(origin.recipe)
    }

    /// The settings of the recipe with this hash.
    pub(super) fn settings_of(&self, recipe: Hash) -> Result<Settings, Refused> {
        self.recipe(recipe)?.ok_or_else(|| {
            let message = "the settings of this result are not known; prepare its folder again";
            Refused::new(StatusCode::CONFLICT, "unknown_settings", message)
        })
    }

    /// The settings of the recipe with this hash, if the cache has them.
    pub(super) fn recipe(&self, hash: Hash) -> Result<Option<Settings>, Refused> {
        let results = self.all()?;
        if let Some(settings) = locked(&results.recipes).get(&hash) {
            return Ok(Some(settings.clone()));
        }
        let readers = state::look(&self.out).map_err(|error| of_state(&error))?;
        let text = readers.iter().find_map(|reader| reader.recipe(hash).ok()?);
        let settings = text.and_then(|text| Settings::from_recipe(&text));
        if let Some(settings) = &settings {
            locked(&results.recipes).insert(hash, settings.clone());
        }
        Ok(settings)
    }

    /// Runs `work` with a preparer of these settings.
    pub(super) fn with_preparer<T>(
        &self,
        settings: Settings,
        work: impl FnOnce(&mut Preparer) -> T,
    ) -> T {
        let free = locked(&self.preparers).pop();
        let mut preparer = free.unwrap_or_else(|| {
            let new = Preparer::new(settings.clone(), self.options.limits);
            new.with_budget(self.budget.clone())
        });
        preparer.set_settings(settings);
        let done = work(&mut preparer);
        locked(&self.preparers).push(preparer);
        done
    }

    pub(super) fn deciding(&self) -> MutexGuard<'_, ()> {
        locked(&self.deciding)
    }

    /// Results that still have to be remade.
    pub(super) fn pending(&self) -> Vec<PathBuf> {
        locked(&self.pending).iter().cloned().collect()
    }

    pub(super) fn set_pending(&self, output: &Path, is_pending: bool) {
        let mut pending = locked(&self.pending);
        match is_pending {
            true => pending.insert(output.to_path_buf()),
            false => pending.remove(output),
        };
    }
}

/// The value of a lock; a thread that panicked with it left it whole, because all are replaced in
/// one step.
pub(super) fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The refusal of a request because the state of the folder cannot be used.
pub(super) fn of_state(error: &CliError) -> Refused {
    let (status, code) = match error.kind {
        Kind::Busy => (StatusCode::LOCKED, "folder_in_use"),
        Kind::Usage | Kind::Environment => (StatusCode::INTERNAL_SERVER_ERROR, "state"),
    };
    Refused::new(status, code, format!("{error}; {}", error.hint))
}

/// The refusal of a result whose source is not known.
pub(super) fn not_made() -> Refused {
    let message = "the source of this file is not known; prepare its folder again";
    Refused::new(StatusCode::CONFLICT, "unknown_source", message)
}

/// Refuses what needs the source of a result that was made from a store.
pub(super) fn in_store(source: &Path) -> Refused {
    let message = format!(
        "{} is an object in a store, which a review does not read; change its options with a [[rule]] in the settings file, and run again",
        source.display()
    );
    Refused::new(StatusCode::CONFLICT, "source_in_store", message)
}
