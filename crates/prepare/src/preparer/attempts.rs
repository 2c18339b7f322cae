//! How a picture is read and gets its memory: it is tried with the memory that is free, and again with more.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::{Prepared, Preparer};
use crate::instant::Instant;
use crate::memory::admission::{Interrupted, KEPT, admit, short, wait};
use crate::memory::watch::{Shown, Watch};
use crate::source::Encoded;
use crate::stages::in_pieces::{Candidate, OPENING, Refused, candidate};
use crate::{Error, Limit, Permit, Settings};

/// What is tried: a source with these settings.
struct Task<'a> {
    encoded: Encoded<'a>,
    each: &'a [Settings],
    /// The file, as long as it may be possible to read it in pieces.
    in_pieces: Option<Candidate<'a>>,
    /// The damage that was found when it was read in pieces.
    damage: Option<Error>,
}

impl Preparer {
    /// Reads under a permit for the length of the file, which then grows if enough memory is free.
    /// If not, everything is given back and the picture waits for all that it needs. No picture
    /// holds memory while it waits, so none waits forever.
    pub(super) fn attempts(
        &mut self,
        encoded: Encoded<'_>,
        each: &[Settings],
        watch: &mut dyn Watch,
        permit: &mut Permit,
        stop: &AtomicBool,
    ) -> Result<Vec<Prepared>, Interrupted> {
        let length = encoded.length(&self.limits)?;
        let mut task = Task {
            encoded,
            each,
            in_pieces: candidate(encoded, length, each, watch),
            damage: None,
        };
        // A pipe does not say its length and cannot be read a second time, so it gets the whole
        // budget.
        let mut wanted = match task.in_pieces {
            Some(_) => OPENING,
            None => length.unwrap_or(self.admission.budget.bytes()),
        };
        loop {
            let budget = self.admission.budget.clone();
            let admitted = wait(&budget, wanted, stop, || self.return_memory());
            *permit = admitted.map_err(|interrupted| task.or_damage(interrupted))?;
            self.started = Instant::now();
            self.clock.lap(|times| &mut times.wait);
            watch.begins(permit);
            // The permit of several results never shrinks: the next one may need what it had.
            self.admission.floor = if each.len() > 1 { wanted } else { 0 };
            match self.attempt(&mut task, watch, permit) {
                Err(Interrupted::Short(bytes)) => wanted = bytes,
                Err(interrupted) => return Err(task.or_damage(interrupted)),
                Ok(made) => return Ok(task.with_damage(made)),
            }
            watch.waits();
            *permit = budget.nothing();
        }
    }

    /// One attempt: in pieces if that is possible, otherwise whole.
    fn attempt(
        &mut self,
        task: &mut Task<'_>,
        watch: &mut dyn Watch,
        permit: &mut Permit,
    ) -> Result<Vec<Prepared>, Interrupted> {
        if let Some(candidate) = task.in_pieces {
            match self.attempt_in_pieces(candidate, watch, permit)? {
                Ok(prepared) => return Ok(vec![prepared]),
                Err(Refused::Damaged(error)) => task.damage = Some(error),
                Err(Refused::NotInOrder) => {}
            }
            // From now on, it is read whole.
            task.in_pieces = None;
            admit(&self.admission.budget, candidate.length, 0, permit)?;
        }
        self.attempt_whole(task.encoded, task.each, watch, permit)
    }

    fn attempt_whole(
        &mut self,
        encoded: Encoded<'_>,
        each: &[Settings],
        watch: &mut dyn Watch,
        permit: &mut Permit,
    ) -> Result<Vec<Prepared>, Interrupted> {
        let mut buffer = std::mem::take(&mut self.encoded);
        if buffer.capacity() == 0 {
            buffer = watch.buffer().unwrap_or_default();
        }
        let read = encoded.read(&self.limits, permit.bytes(), &mut buffer);
        let read = read.map(|bytes| bytes.is_some());
        let buffer = Arc::new(buffer);
        if let Ok(true) = read {
            watch.read(match encoded {
                Encoded::Path(_) => Shown::Buffer(&buffer),
                Encoded::Bytes(_) => Shown::Source,
            });
        }
        self.clock.lap(|times| &mut times.read);
        let bytes = match encoded {
            Encoded::Path(_) => &buffer[..],
            Encoded::Bytes(bytes) => bytes,
        };
        let made = match read {
            Ok(true) => self.every(bytes, each, watch, permit),
            // The file is longer than it was said to be.
            Ok(false) => {
                let budget = &self.admission.budget;
                Err(short(budget, budget.bytes(), permit))
            }
            Err(error) => Err(error.into()),
        };
        // If it is still in use, it is given back with the outcome.
        if let Some(buffer) = Arc::into_inner(buffer) {
            self.keep(buffer);
        }
        if self.resizer.size_of_internal_buffers() > KEPT {
            self.resizer.reset_internal_buffers();
        }
        made
    }
}

impl Task<'_> {
    /// The damage that was found, if the file cannot be read whole to mend it because of memory.
    fn or_damage(&mut self, interrupted: Interrupted) -> Interrupted {
        match interrupted {
            Interrupted::Failed(error) if is_memory(&error) => {
                Interrupted::Failed(self.damage.take().unwrap_or(error))
            }
            other => other,
        }
    }

    /// The same for results of which one may have failed because of memory.
    fn with_damage(mut self, mut made: Vec<Prepared>) -> Vec<Prepared> {
        for prepared in &mut made {
            if let Err(error) = &mut prepared.result
                && is_memory(error)
                && let Some(damage) = self.damage.take()
            {
                *error = damage;
            }
        }
        made
    }
}

fn is_memory(error: &Error) -> bool {
    matches!(error, Error::Limit(exceeded) if exceeded.limit == Limit::Memory)
}
