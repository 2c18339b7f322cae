//! Batches: many pictures in parallel. One worker takes one picture from start to end.

mod queues;
mod watchdog;
mod work;
mod worker;

use std::io;
use std::marker::PhantomData;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, PoisonError};

use crate::{Avatar, Budget, Error, Limits, Pieces, Settings, Source};
use watchdog::{Threads, Watchdog};
pub use work::Work;
use worker::{Outcomes, SEVERAL, Worker};

/// Outcomes per worker that may wait to be consumed, so that a burst of quick ones does not stop
/// the worker.
const QUEUE: usize = 32;

/// Prepares many pictures on a thread pool of its own.
///
/// ```
/// use std::num::NonZeroUsize;
/// use std::ops::ControlFlow;
/// use std::sync::atomic::AtomicBool;
/// use avatar_prepare::{Avatar, Batch, Budget, Error, Limits, Settings, Source, Work};
///
/// struct Check;
///
/// impl Work for Check {
///     type Item = (&'static str, &'static [u8]);
///     type Outcome = (&'static str, bool);
///
///     fn open(&self, (name, bytes): &mut Self::Item) -> ControlFlow<Self::Outcome, Source> {
///         if bytes.is_empty() {
///             return ControlFlow::Break((*name, false)); // nothing to make
///         }
///         ControlFlow::Continue(Source::Bytes(bytes.to_vec()))
///     }
///
///     fn publish(&self, (name, _): Self::Item, result: Result<Avatar, Error>) -> Self::Outcome {
///         (name, result.is_ok())
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let jobs = NonZeroUsize::MIN.saturating_add(1);
/// let batch = Batch::new(Settings::default(), Limits::default(), jobs)?
///     .with_budget(Budget::new(256 << 20)); // bytes, for all workers together
/// let pictures: [(_, &[u8]); 3] =
///     [("good", b"P5 1 1 255 \x7f"), ("bad", b"no picture"), ("empty", b"")];
/// let mut done = Vec::new();
/// batch.run(pictures, &AtomicBool::new(false), &Check, |outcome| done.push(outcome));
/// done.sort();
/// assert_eq!(done, [("bad", false), ("empty", false), ("good", true)]);
/// # Ok(())
/// # }
/// ```
pub struct Batch {
    threads: Threads,
    pool: rayon::ThreadPool,
}

impl Batch {
    /// A batch with `jobs` workers.
    ///
    /// # Errors
    /// If the threads cannot be started.
    pub fn new(settings: Settings, limits: Limits, jobs: NonZeroUsize) -> io::Result<Self> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(jobs.get())
            .thread_name(|index| format!("worker-{index}"))
            .build()
            .map_err(io::Error::other)?;
        let threads = Threads::new(settings, limits, jobs.get());
        Ok(Self { threads, pool })
    }

    /// Limits the memory of all workers together to `budget`. Large pictures wait for their turn
    /// and then run with fewer others; a picture that needs more than the whole budget is refused.
    #[must_use]
    pub fn with_budget(self, budget: Budget) -> Self {
        let threads = self.threads.with_budget(budget);
        Self { threads, ..self }
    }

    /// Does `work` for every item. `consume` runs on the calling thread with the outcome of each,
    /// in order of completion. Once `stop` is true, no further item is started, not even one that
    /// waits for memory, and those in flight are finished.
    ///
    /// A picture that takes longer than [`Limits::time`], not counting its wait for memory, fails.
    /// A decoder cannot be stopped from outside, so its thread is abandoned, and the worker goes on
    /// with a new thread and fresh scratch memory. At most eight threads are abandoned at a time.
    /// While so many are still running, the pictures of workers without a thread fail as
    /// [`Error::Overrun`], so that a run always ends.
    pub fn run<W: Work>(
        &self,
        items: impl IntoIterator<Item = W::Item, IntoIter: Send>,
        stop: &AtomicBool,
        work: &W,
        mut consume: impl FnMut(W::Outcome),
    ) {
        self.run_together(items, stop, work, |all| {
            all.into_iter().for_each(&mut consume);
        });
    }

    /// Like [`run`](Self::run), but `consume` takes the outcomes that are there together: several of quick
    /// pictures, so that what is done once for all of them costs less.
    pub fn run_together<W: Work>(
        &self,
        items: impl IntoIterator<Item = W::Item, IntoIter: Send>,
        stop: &AtomicBool,
        work: &W,
        consume: impl FnMut(Vec<W::Outcome>),
    ) {
        let queue = Mutex::new(items.into_iter());
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        // A worker that waits for an item holds the lock.
        let is_ready = || queue.try_lock().is_ok_and(|items| items.size_hint().0 > 0);
        let workers = self.pool.current_num_threads();
        let (sender, receiver) = sync_channel((QUEUE * workers).div_ceil(SEVERAL));
        self.pool.in_place_scope(|scope| {
            for _ in 0..workers {
                let outcomes = Outcomes::new(sender.clone());
                let worker = Worker::new(Watchdog::new(&self.threads), work, stop, outcomes);
                scope.spawn(|_| worker.run(is_ready, next));
            }
            drop(sender);
            receiver.into_iter().for_each(consume);
        });
    }

    /// Prepares `(item, source)` pairs; `publish` turns each result into an outcome, on the worker.
    pub fn run_each<T: Send, R: Send>(
        &self,
        sources: impl IntoIterator<Item = (T, Source), IntoIter: Send>,
        stop: &AtomicBool,
        publish: impl Fn(T, Result<Avatar, Error>) -> R + Sync,
        consume: impl FnMut(R),
    ) {
        let work = Publish {
            publish,
            types: PhantomData,
        };
        self.run(sources, stop, &work, consume);
    }
}

/// A [`Work`] that only publishes.
struct Publish<T, R, F> {
    publish: F,
    types: PhantomData<fn(T) -> R>,
}

impl<T: Send, R: Send, F: Fn(T, Result<Avatar, Error>) -> R + Sync> Work for Publish<T, R, F> {
    type Item = (T, Source);
    type Outcome = R;

    fn open(&self, (_, source): &mut Self::Item) -> ControlFlow<R, Source> {
        ControlFlow::Continue(std::mem::replace(source, Source::Bytes(Vec::new())))
    }

    fn pieces(&self, _: &mut Self::Item) -> Option<Box<dyn Pieces>> {
        Some(Box::new(()))
    }

    fn publish(&self, (item, _): Self::Item, result: Result<Avatar, Error>) -> R {
        (self.publish)(item, result)
    }
}
