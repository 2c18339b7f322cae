//! Many pictures at once: one worker, one picture, start to end.

use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

use crate::bench::{Bench, Workshop};
use crate::{Avatar, Error, Limits, Settings, Source};

/// Prepares many pictures on a thread pool of its own.
///
/// ```
/// use std::num::NonZeroUsize;
/// use std::sync::atomic::AtomicBool;
/// use avatar_prepare::{Batch, Limits, Settings, Source};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let jobs = NonZeroUsize::MIN.saturating_add(1);
/// let batch = Batch::new(Settings::default(), Limits::default(), jobs)?;
/// let sources = [
///     ("good", Source::Bytes(b"P5 1 1 255 \x7f".to_vec())),
///     ("bad", Source::Bytes(b"not a picture".to_vec())),
/// ];
/// let mut done = Vec::new();
/// batch.run(
///     sources,
///     &AtomicBool::new(false),
///     |name, result| (name, result.is_ok()), // on the worker: publish
///     |outcome| done.push(outcome),          // on this thread: report
/// );
/// done.sort();
/// assert_eq!(done, [("bad", false), ("good", true)]);
/// # Ok(())
/// # }
/// ```
pub struct Batch {
    workshop: Workshop,
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
        let workshop = Workshop::new(settings, limits, jobs.get());
        Ok(Self { workshop, pool })
    }

    /// Prepares every source. `publish` runs on the worker with the result of its picture;
    /// `consume` runs on the calling thread with what `publish` returned, in order of completion.
    /// Once `stop` is true no further picture is started, and those in flight are finished.
    ///
    /// A picture that fails or panics is an `Err` for `publish`, and the rest goes on. So is one
    /// that takes longer than [`Limits::time`]: a decoder cannot be stopped from outside, so its
    /// thread is left behind, and the worker goes on with a new one and fresh scratch memory. No
    /// more than eight are left behind at a time; while so many run, the pictures of workers
    /// without a thread fail as [`Error::Overrun`], so that a run always ends.
    pub fn run<T, R>(
        &self,
        sources: impl IntoIterator<Item = (T, Source), IntoIter: Send>,
        stop: &AtomicBool,
        publish: impl Fn(T, Result<Avatar, Error>) -> R + Sync,
        mut consume: impl FnMut(R),
    ) where
        R: Send,
    {
        let queue = Mutex::new(sources.into_iter());
        let worker = |results: SyncSender<R>| {
            let mut bench = Bench::new(&self.workshop);
            while !stop.load(Ordering::Relaxed) {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((item, source)) = next else { break };
                let result = bench.prepare(source);
                if results.send(publish(item, result)).is_err() {
                    break;
                }
            }
        };
        let workers = self.pool.current_num_threads();
        let (sender, receiver) = sync_channel(2 * workers);
        self.pool.in_place_scope(|scope| {
            for _ in 0..workers {
                let (worker, results) = (&worker, sender.clone());
                scope.spawn(move |_| worker(results));
            }
            drop(sender);
            receiver.into_iter().for_each(&mut consume);
        });
    }
}
