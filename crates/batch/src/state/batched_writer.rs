//! Writes cache rows in batches: many together when results come fast, each at once when they come
//! slowly. Rows that cannot be written wait for the next batch, and the run goes on.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use super::error::StateError;
use super::failures::Attempt;
use super::row::Known;
use super::writer::Writer;
use crate::files::fingerprint::Hash;
use crate::recipe::Recipe;

/// A batch is written after this time at the latest, so a crash costs no more work than this.
const COMMIT_AFTER: Duration = Duration::from_millis(100);

/// The pause after a failure: each try waits for a database that is in use.
const RETRY_AFTER: Duration = Duration::from_secs(15);

/// Collects rows. Between batches the database is free for others.
pub struct BatchedWriter<'a> {
    writer: Option<&'a mut Writer>,
    /// The settings and byte caps of this run that are not written yet.
    news: HashMap<Hash, (String, u64)>,
    waiting: Vec<Known>,
    /// The settings of results that failed.
    tried: HashSet<Hash>,
    next: Instant,
    failed: bool,
}

impl<'a> BatchedWriter<'a> {
    /// Creates a writer for rows with one of `recipes`. Without an open database, rows are dropped.
    pub fn new<'r>(
        writer: Option<&'a mut Writer>,
        recipes: impl Iterator<Item = &'r Recipe>,
    ) -> Self {
        let text = |recipe: &Recipe| (recipe.settings.recipe(), recipe.settings.max_bytes());
        Self {
            writer,
            news: recipes.map(|recipe| (recipe.hash, text(recipe))).collect(),
            waiting: Vec::new(),
            tried: HashSet::new(),
            next: Instant::now(),
            failed: false,
        }
    }

    /// Stores the settings of what was tried, with the next batch.
    pub fn name(&mut self, attempt: Option<&Attempt>) {
        self.tried.extend(attempt.map(|attempt| attempt.recipe));
    }

    /// Adds the row of a published result; returns a warning after the first failure.
    pub fn add(&mut self, known: Option<Known>) -> Option<String> {
        self.writer.as_ref()?;
        self.waiting.extend(known);
        if Instant::now() < self.next {
            return None;
        }
        let Err(error) = self.write() else {
            self.next = Instant::now() + COMMIT_AFTER;
            return None;
        };
        self.next = Instant::now() + RETRY_AFTER;
        let is_first = !std::mem::replace(&mut self.failed, true);
        is_first.then(|| format!("{error}; it will be tried again"))
    }

    /// Writes the last batch; returns a warning if that fails.
    pub fn finish(mut self) -> Option<String> {
        let error = self.write().err()?;
        let count = self.waiting.len();
        Some(format!("{error}; the next run remakes {count} results"))
    }

    fn write(&mut self) -> Result<(), StateError> {
        let Some(writer) = &mut self.writer else {
            return Ok(());
        };
        let wanted = self
            .waiting
            .iter()
            .filter_map(|known| known.origin.as_ref());
        let tried = self.tried.iter().copied();
        for recipe in wanted.map(|origin| origin.recipe).chain(tried) {
            if let Some((text, max_bytes)) = self.news.get(&recipe) {
                writer.announce(recipe, text, *max_bytes)?;
                self.news.remove(&recipe);
            }
        }
        self.tried.clear();
        if !self.waiting.is_empty() {
            writer.keep(&self.waiting)?;
            self.waiting.clear();
        }
        Ok(())
    }
}
