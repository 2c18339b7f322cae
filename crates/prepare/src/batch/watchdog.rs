//! A thread that prepares pictures for one worker, so that the worker can abandon a decoder that
//! does not end: code cannot be stopped from outside.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::queues::{Done, Follower, Job, Queues, Waited};
use crate::instant::Instant;
use crate::memory::admission::KEPT;
use crate::memory::budget::Loan;
use crate::{Budget, Cost, Error, Limits, Pieces, Preparer, Settings, Source};

/// Most threads of a batch that may be abandoned at a time.
const LEFT_BEHIND: usize = 8;

/// Starts threads, and counts those that run.
pub(crate) struct Threads {
    settings: Settings,
    limits: Limits,
    budget: Budget,
    /// Number of threads that are not abandoned.
    places: usize,
    /// Every running thread holds a clone, so the count of clones is the number of threads.
    running: Arc<()>,
}

impl Threads {
    pub(crate) fn new(settings: Settings, limits: Limits, places: usize) -> Self {
        Self {
            settings,
            limits,
            budget: Budget::unlimited(),
            places,
            running: Arc::new(()),
        }
    }

    pub(crate) fn with_budget(self, budget: Budget) -> Self {
        Self { budget, ..self }
    }

    /// Starts a thread with fresh scratch memory, unless too many are abandoned.
    fn start(&self) -> Result<Thread, Error> {
        let running = Arc::strong_count(&self.running) - 1;
        if running >= self.places + LEFT_BEHIND {
            return Err(Error::Overrun { running });
        }
        let queues = Arc::new(Queues::default());
        let stop = Arc::new(AtomicBool::new(false));
        let preparer = Preparer::new(self.settings.clone(), self.limits);
        let mut preparer = preparer.with_budget(self.budget.clone());
        let counted = Arc::clone(&self.running);
        let (shared, stopped) = (Arc::clone(&queues), Arc::clone(&stop));
        let work = move || {
            let end = End(&shared);
            while let Some(job) = shared.next() {
                let start = Instant::now();
                let (encoded, each) = (job.source.encoded(), job.each);
                let mut watch = Follower {
                    queues: &shared,
                    pieces: job.pieces,
                    was_in_pieces: false,
                };
                let (permit, result) = preparer.serve_each(encoded, &each, &mut watch, &stopped);
                shared.finish(Done {
                    permit,
                    result,
                    cost: preparer.cost(),
                    encoded: None,
                    was_in_pieces: watch.was_in_pieces,
                    took: start.elapsed(),
                });
            }
            drop(end);
            drop(counted);
        };
        let name = "worker-pipeline".into();
        std::thread::Builder::new().name(name).spawn(work)?;
        Ok(Thread { queues, stop })
    }
}

/// Says that the thread has ended, also if it panics.
struct End<'a>(&'a Queues);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// The worker's side of a thread. When it is dropped, the thread ends after its picture.
struct Thread {
    queues: Arc<Queues>,
    stop: Arc<AtomicBool>,
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.queues.close();
    }
}

/// The thread of one worker, which is replaced when it is abandoned. Pictures are passed to it several
/// at a time, and come back in the same order.
pub(crate) struct Watchdog<'a> {
    threads: &'a Threads,
    thread: Option<Thread>,
    /// Pictures that did not come back yet.
    pending: VecDeque<Arc<Source>>,
    /// Outcomes that came back, of the first pending pictures.
    received: VecDeque<Done>,
}

impl<'a> Watchdog<'a> {
    pub(crate) fn new(threads: &'a Threads) -> Self {
        Self {
            threads,
            thread: None,
            pending: VecDeque::new(),
            received: VecDeque::new(),
        }
    }

    /// Number of pictures that did not come back yet.
    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Passes a source to the thread. If it has its own settings, one for each result, they replace
    /// those of the batch.
    pub(super) fn submit(
        &mut self,
        source: Source,
        mut each: Vec<Settings>,
        pieces: Option<Box<dyn Pieces>>,
    ) {
        if each.is_empty() {
            each.push(self.threads.settings.clone());
        }
        let source = Arc::new(source);
        self.pending.push_back(Arc::clone(&source));
        self.pass_on(Job {
            source,
            each,
            pieces,
        });
    }

    /// Passes a picture to the thread, or to a new one; it fails if none can be started.
    fn pass_on(&mut self, job: Job) {
        if self.thread.is_none() {
            match self.threads.start() {
                Ok(thread) => self.thread = Some(thread),
                Err(error) => return self.received.push_back(self.failed(error, None)),
            }
        }
        if let Some(thread) = &self.thread {
            thread.queues.add(job);
        }
    }

    /// Takes back the pictures that are not started; returns how many are still pending.
    pub(super) fn withdraw(&mut self) -> usize {
        let jobs = self
            .thread
            .as_ref()
            .map(|thread| thread.queues.take_jobs().len());
        let kept = self.pending.len().saturating_sub(jobs.unwrap_or(0));
        self.pending.truncate(kept);
        kept
    }

    /// The outcome of the first pending picture, and its source; `None` if it does not come within
    /// `patience`. A picture that takes longer than its time limit fails.
    pub(super) fn next(
        &mut self,
        patience: Duration,
        stop: &AtomicBool,
    ) -> Option<(Arc<Source>, Done)> {
        if self.received.is_empty() {
            self.wait(patience, stop);
        }
        let done = self.received.pop_front()?;
        Some((self.pending.pop_front()?, done))
    }

    /// Returns a buffer for the thread to read into, unless it is large.
    pub(super) fn give_back(&mut self, buffer: Arc<Vec<u8>>) {
        let buffer = Arc::into_inner(buffer).filter(|buffer| buffer.capacity() <= KEPT);
        if let (Some(thread), Some(buffer)) = (&self.thread, buffer) {
            thread.queues.give_back(buffer);
        }
    }

    fn wait(&mut self, patience: Duration, stop: &AtomicBool) {
        let Some(thread) = &self.thread else { return };
        let is_stopped = stop.load(Ordering::Relaxed);
        thread.stop.fetch_or(is_stopped, Ordering::Relaxed);
        let allowed = self.threads.limits.time;
        match thread.queues.wait(patience, allowed) {
            Waited::Done(done) => self.received.extend(done),
            Waited::Ended(jobs) => {
                let message = "a worker's thread ended".into();
                self.replace(Error::Panicked { message }, None, jobs);
            }
            Waited::Overdue(running, jobs) => {
                thread.stop.store(true, Ordering::Relaxed);
                // The abandoned thread still uses its memory, but pictures that wait for it would
                // wait forever.
                running.loan.iter().for_each(Loan::give_back);
                self.replace(Error::TimedOut { allowed }, running.encoded, jobs);
            }
        }
    }

    /// Fails the picture that the thread is at, and passes those after it to a new thread.
    fn replace(&mut self, error: Error, encoded: Option<Arc<Vec<u8>>>, after: VecDeque<Job>) {
        self.thread = None;
        let failed = self.failed(error, encoded);
        self.received.push_back(failed);
        after.into_iter().for_each(|job| self.pass_on(job));
    }

    fn failed(&self, error: Error, encoded: Option<Arc<Vec<u8>>>) -> Done {
        Done {
            permit: self.threads.budget.nothing(),
            result: Err(error.into()),
            cost: Cost::default(),
            encoded,
            was_in_pieces: false,
            took: self.threads.limits.time,
        }
    }
}
