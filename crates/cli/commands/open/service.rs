//! What the requests of all pages share: the batches, the settings and the folder of results.

use std::collections::{HashMap, VecDeque};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use avatar_batch::args::Effective;
use avatar_batch::error::CliError;
use avatar_batch::files::{STATE_FOLDER, temporary};
use avatar_batch::making::Making;
use avatar_batch::naming;
use axum::Router;
use axum::http::StatusCode;
use serde::Serialize;

use super::allowance::{Allowance, Bounds};
use super::batch::{Batch, locked, not_stored};
use super::choice::{self, Offer};
use super::names::Names;
use super::progress::Now;
use super::ticket::Ticket;
use super::verdicts::recorded;
use crate::reviewing::Reviewing;
use crate::web::{Refused, random_digits};

/// Batches at the same time.
const BATCHES: usize = 64;

/// The folder below the state of OUT that keeps what was dropped, for later reviews.
const ORIGINALS: &str = "originals";

/// Most bytes of a result that is shown; no cap is near it.
const LARGEST: u64 = 64 << 20;

/// What all requests share.
pub(super) struct Service {
    pub(super) effective: Effective,
    /// The folder of results that was named.
    pub(super) out: Option<PathBuf>,
    pub(super) making: Making,
    reviewing: Reviewing,
    pub(super) allowance: Arc<Allowance>,
    /// `None` after the end.
    batches: Mutex<Option<HashMap<String, Arc<Batch>>>>,
    /// The names in OUT, which all batches share.
    names: Option<Arc<Mutex<Names>>>,
    /// The pages of reviews by the folder of results.
    reviews: Mutex<HashMap<PathBuf, Router>>,
    /// Held by the run that works.
    pub(super) turn: Mutex<()>,
    pub(super) runs: Mutex<Vec<JoinHandle<()>>>,
    pub(super) tickets: Mutex<VecDeque<Ticket>>,
}

/// What a page needs at first.
#[derive(Serialize)]
pub(super) struct Start {
    bounds: Bounds,
    /// The same for people.
    bounds_text: String,
    offer: Offer,
    /// The folder of results, if one was named.
    out: Option<String>,
}

impl Service {
    pub(super) fn new(
        effective: &Effective,
        out: Option<&Path>,
        making: Making,
        reviewing: Reviewing,
    ) -> Result<Self, CliError> {
        let effective = choice::of_page(effective)?;
        let names = match out {
            Some(out) => {
                // Refuses what is a file.
                naming::target(&[PathBuf::from(".")], out)?;
                Some(Arc::new(Mutex::new(Names::of_folder(out)?)))
            }
            None => None,
        };
        let bounds = Bounds::with_file(effective.options.limits.encoded_bytes);
        Ok(Self {
            effective,
            out: out.map(Path::to_path_buf),
            making,
            reviewing,
            allowance: Allowance::new(bounds),
            batches: Mutex::new(Some(HashMap::new())),
            names,
            reviews: Mutex::default(),
            turn: Mutex::default(),
            runs: Mutex::default(),
            tickets: Mutex::default(),
        })
    }

    pub(super) fn start(&self) -> Start {
        Start {
            bounds: self.allowance.bounds,
            bounds_text: self.allowance.bounds.text(),
            offer: choice::offer(&self.effective),
            out: self.out.as_ref().map(|out| out.display().to_string()),
        }
    }

    /// Starts a batch and returns its name.
    pub(super) fn begin(&self) -> Result<String, Refused> {
        let id = random_digits().map_err(|error| not_stored(&error))?;
        let mut batches = locked(&self.batches);
        let batches = batches.as_mut().ok_or_else(ended)?;
        if batches.len() >= BATCHES {
            let message = format!("at most {BATCHES} pages can have files at once; start it again");
            return Err(Refused::new(
                StatusCode::CONFLICT,
                "too_many_pages",
                message,
            ));
        }
        let batch = self.new_batch().map_err(|error| not_stored(&error))?;
        batches.insert(id.clone(), Arc::new(batch));
        Ok(id)
    }

    fn new_batch(&self) -> std::io::Result<Batch> {
        let names = self.names.clone().unwrap_or_default();
        let Some(out) = &self.out else {
            return Batch::new(&std::env::temp_dir(), None, names);
        };
        let parent = originals(out);
        fs::create_dir_all(&parent)?;
        Batch::new(&parent, Some(out), names)
    }

    /// The batch with this name.
    pub(super) fn batch(&self, id: &str) -> Result<Arc<Batch>, Refused> {
        let batches = locked(&self.batches);
        let found = batches.as_ref().ok_or_else(ended)?.get(id);
        found.cloned().ok_or_else(|| {
            let message = "these files are no longer here; drop them again";
            Refused::new(StatusCode::NOT_FOUND, "unknown_batch", message)
        })
    }

    /// Forgets a batch; its files go, unless results refer to them.
    pub(super) fn end(&self, id: &str) -> Result<(), Refused> {
        let batch = self.batch(id)?;
        batch.refuse_while_working()?;
        locked(&self.batches).as_mut().map(|all| all.remove(id));
        if self.out.is_none() {
            locked(&self.reviews).remove(&batch.places.out);
        }
        Ok(())
    }

    /// What is new since the page knew `from` rows of the run with this number.
    pub(super) fn since(&self, id: &str, run: u32, from: usize) -> Result<Now, Refused> {
        let batch = self.batch(id)?;
        let mut now = batch.since(run, from);
        if now.can_be_outdated() {
            now.update(&recorded(&batch.places.out)?);
        }
        Ok(now)
    }

    /// A result of the last run of a batch.
    pub(super) fn picture(&self, id: &str, row: usize) -> Result<Vec<u8>, Refused> {
        let batch = self.batch(id)?;
        let output = batch.result(row);
        let path = output.map(|output| batch.places.out.join(output));
        let read = |path: PathBuf| {
            // A link could lead anywhere.
            let is_file = fs::symlink_metadata(&path).is_ok_and(|it| it.is_file());
            let mut bytes = Vec::new();
            let file = File::open(path).ok().filter(|_| is_file)?;
            file.take(LARGEST).read_to_end(&mut bytes).ok()?;
            Some(bytes)
        };
        path.and_then(read).ok_or_else(|| {
            let message = "there is no such result any more";
            Refused::new(StatusCode::NOT_FOUND, "unknown_picture", message)
        })
    }

    /// The page that reviews the results of a batch.
    pub(super) fn review(&self, id: &str) -> Result<Router, Refused> {
        let out = self.batch(id)?.places.out.clone();
        let mut reviews = locked(&self.reviews);
        let pages = reviews.entry(out.clone()).or_insert_with(|| {
            (self.reviewing.pages)(&self.effective.options, &out, self.reviewing.remaking)
        });
        Ok(pages.clone())
    }

    /// Waits for runs, and removes everything temporary.
    pub(super) fn close(&self) {
        for run in std::mem::take(&mut *locked(&self.runs)) {
            // A run that panicked has ended too.
            let _ = run.join();
        }
        *locked(&self.batches) = None;
        // Also those that a request still holds.
        temporary::remove_all();
        if let Some(out) = &self.out {
            // Removes only empty ones: those that were created for nothing.
            let _ = fs::remove_dir(originals(out))
                .and_then(|()| fs::remove_dir(out.join(STATE_FOLDER)))
                .and_then(|()| fs::remove_dir(out));
        }
    }
}

fn originals(out: &Path) -> PathBuf {
    out.join(STATE_FOLDER).join(ORIGINALS)
}

fn ended() -> Refused {
    let message = "avatar-prep has ended; start it again";
    Refused::new(StatusCode::SERVICE_UNAVAILABLE, "ended", message)
}
