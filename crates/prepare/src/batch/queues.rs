//! The queues between a worker and its thread: pictures to make, and their outcomes. Waking the other
//! side costs more than making a small picture, so it is woken for several of them at once.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::instant::Instant;
use crate::memory::admission::Interrupted;
use crate::memory::budget::Loan;
use crate::memory::watch::{Shown, Watch};
use crate::{Cost, Permit, Pieces, Prepared, Settings, Source};

/// Outcomes of quick pictures for which the worker is woken.
const SEVERAL: usize = 8;
/// The outcome of a picture that takes longer wakes the worker at once.
pub(super) const QUICK: Duration = Duration::from_micros(500);

/// A picture to make, with the settings of each result.
pub(super) struct Job {
    pub(super) source: Arc<Source>,
    pub(super) each: Vec<Settings>,
    /// What follows the source if it can be read in pieces; `None` if it has to be read whole.
    pub(super) pieces: Option<Box<dyn Pieces>>,
}

/// The outcome of a picture; the permit covers the memory of the results and of the encoded bytes.
pub(super) struct Done {
    pub(super) permit: Permit,
    pub(super) result: Result<Vec<Prepared>, Interrupted>,
    pub(super) cost: Cost,
    /// The encoded bytes as they were decoded, if they were read from a file.
    pub(super) encoded: Option<Arc<Vec<u8>>>,
    /// Whether all bytes were read in pieces instead.
    pub(super) was_in_pieces: bool,
    pub(super) took: Duration,
}

/// The picture that is being made.
#[derive(Default)]
pub(super) struct Running {
    /// When it got its memory, which is when its time begins.
    started: Option<Instant>,
    pub(super) loan: Option<Loan>,
    pub(super) encoded: Option<Arc<Vec<u8>>>,
}

/// What became of waiting for outcomes.
pub(super) enum Waited {
    /// The outcomes that are there, in the order of their pictures; none if none came in time.
    Done(VecDeque<Done>),
    /// The thread has ended, and these pictures were not started.
    Ended(VecDeque<Job>),
    /// A picture takes longer than it may, and these after it were not started. The thread gets and
    /// passes on nothing more.
    Overdue(Running, VecDeque<Job>),
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    done: VecDeque<Done>,
    running: Running,
    /// A buffer to read into.
    spare: Option<Vec<u8>>,
    /// Whether the thread waits for pictures.
    is_idle: bool,
    /// Whether the worker waits for outcomes.
    is_awaited: bool,
    is_closed: bool,
    has_ended: bool,
}

/// What a worker and its thread share.
#[derive(Default)]
pub(super) struct Queues {
    state: Mutex<State>,
    to_thread: Condvar,
    to_worker: Condvar,
}

impl Queues {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the next picture, on the thread; `None` once the worker is gone.
    pub(super) fn next(&self) -> Option<Job> {
        let mut state = self.state();
        loop {
            if state.is_closed {
                return None;
            }
            if let Some(job) = state.jobs.pop_front() {
                state.running = Running::default();
                return Some(job);
            }
            state.is_idle = true;
            let waited = self.to_thread.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
            state.is_idle = false;
        }
    }

    /// Passes on the outcome of the running picture, on the thread.
    pub(super) fn finish(&self, done: Done) {
        let mut state = self.state();
        let encoded = std::mem::take(&mut state.running).encoded;
        if state.is_closed {
            return;
        }
        let is_quick = done.took < QUICK;
        state.done.push_back(Done { encoded, ..done });
        let is_due = !is_quick || state.done.len() >= SEVERAL || state.jobs.is_empty();
        if is_due && std::mem::take(&mut state.is_awaited) {
            self.to_worker.notify_one();
        }
    }

    /// Says that the thread has ended.
    pub(super) fn end(&self) {
        self.state().has_ended = true;
        self.to_worker.notify_one();
    }

    /// Adds a picture, on the worker.
    pub(super) fn add(&self, job: Job) {
        let mut state = self.state();
        state.jobs.push_back(job);
        if std::mem::take(&mut state.is_idle) {
            self.to_thread.notify_one();
        }
    }

    /// Takes the outcomes that are there, or come within `patience`, on the worker. A picture may take
    /// as long as `allowed`.
    pub(super) fn wait(&self, patience: Duration, allowed: Duration) -> Waited {
        let mut state = self.state();
        if state.done.is_empty() && !state.has_ended {
            let left = state.running.started.map(|started| {
                let left = allowed.saturating_sub(started.elapsed());
                left.saturating_add(Duration::from_millis(1))
            });
            let patience = left.unwrap_or(patience).min(patience);
            state.is_awaited = true;
            let waited = self.to_worker.wait_timeout(state, patience);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            state.is_awaited = false;
        }
        if !state.done.is_empty() {
            return Waited::Done(std::mem::take(&mut state.done));
        }
        if state.has_ended {
            return Waited::Ended(std::mem::take(&mut state.jobs));
        }
        match state.running.started {
            Some(started) if started.elapsed() > allowed => {
                // Under the same lock: the thread may finish this picture at any moment, and would take
                // the next one, whose outcome would then be missing.
                state.is_closed = true;
                let running = std::mem::take(&mut state.running);
                Waited::Overdue(running, std::mem::take(&mut state.jobs))
            }
            _ => Waited::Done(VecDeque::new()),
        }
    }

    /// Takes back the pictures that are not started, on the worker.
    pub(super) fn take_jobs(&self) -> VecDeque<Job> {
        std::mem::take(&mut self.state().jobs)
    }

    /// Returns a buffer to read into.
    pub(super) fn give_back(&self, buffer: Vec<u8>) {
        self.state().spare = Some(buffer);
    }

    /// Says that the worker is gone.
    pub(super) fn close(&self) {
        self.state().is_closed = true;
        self.to_thread.notify_one();
    }
}

/// Follows the picture that is being made.
pub(super) struct Follower<'a> {
    pub(super) queues: &'a Queues,
    pub(super) pieces: Option<Box<dyn Pieces>>,
    pub(super) was_in_pieces: bool,
}

impl Watch for Follower<'_> {
    fn begins(&mut self, permit: &Permit) {
        // Reading in pieces may have ended before the picture had to wait for more memory.
        self.was_in_pieces = false;
        let mut state = self.queues.state();
        state.running.started = Some(Instant::now());
        state.running.loan = Some(permit.loan());
    }

    fn waits(&mut self) {
        self.queues.state().running = Running::default(); // who waits holds no memory
    }

    fn buffer(&mut self) -> Option<Vec<u8>> {
        self.queues.state().spare.take()
    }

    fn read(&mut self, shown: Shown<'_>) {
        if let Shown::Buffer(buffer) = shown {
            self.queues.state().running.encoded = Some(Arc::clone(buffer));
        }
    }

    fn wants_pieces(&self) -> bool {
        self.pieces.is_some()
    }

    fn begins_pieces(&mut self) {
        self.pieces.iter_mut().for_each(|pieces| pieces.begin());
    }

    fn takes_piece(&mut self, piece: &[u8]) {
        self.pieces.iter_mut().for_each(|pieces| pieces.take(piece));
    }

    fn ends_pieces(&mut self) {
        self.was_in_pieces = true;
    }
}
