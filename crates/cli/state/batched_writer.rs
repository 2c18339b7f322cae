//! Remembers a run as it goes: many results at once when they come fast, each at once when they
//! come slowly. What cannot be written waits for the next time, and the run goes on.

use std::time::{Duration, Instant};

use avatar_prepare::Settings;

use super::error::StateError;
use super::row::Known;
use super::writer::Writer;
use crate::files::fingerprint::Hash;

/// At most this much work is done again after a crash.
const COMMIT_AFTER: Duration = Duration::from_millis(100);

/// After a failure; a database that is in use costs a wait each time.
const RETRY_AFTER: Duration = Duration::from_secs(15);

/// Writes now and then, and at the end; between that the database is free for others.
pub(crate) struct BatchedWriter<'a> {
    writer: Option<&'a mut Writer>,
    /// Settings under which results come, until they are noted.
    news: Option<(Hash, String, u64)>,
    waiting: Vec<Known>,
    next: Instant,
    failed: bool,
}

impl<'a> BatchedWriter<'a> {
    /// Without a writer nothing is remembered.
    pub(crate) fn new(writer: Option<&'a mut Writer>, recipe: Hash, settings: &Settings) -> Self {
        Self {
            writer,
            news: Some((recipe, settings.recipe(), settings.max_bytes())),
            waiting: Vec::new(),
            next: Instant::now(),
            failed: false,
        }
    }

    /// Remembers a result that is published; returns a warning the first time that it cannot.
    pub(crate) fn add(&mut self, known: Option<Known>) -> Option<String> {
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
        is_first.then(|| format!("{error}; it is tried again"))
    }

    /// Makes what was kept last; returns a warning if it cannot.
    pub(crate) fn finish(mut self) -> Option<String> {
        let error = self.write().err()?;
        let count = self.waiting.len();
        Some(format!(
            "{error}; {count} results are not remembered, and the next run makes them again"
        ))
    }

    fn write(&mut self) -> Result<(), StateError> {
        let Some(writer) = &mut self.writer else {
            return Ok(());
        };
        if let Some((recipe, text, max_bytes)) = &self.news {
            writer.announce(*recipe, text, *max_bytes)?;
            self.news = None;
        }
        if !self.waiting.is_empty() {
            writer.keep(&self.waiting)?;
            self.waiting.clear();
        }
        Ok(())
    }
}
