//! Many callers, one pool: each sends its picture and waits for its own answer, as the threads of a web
//! service do. All of them share the workers, a budget of memory and the limits.
//!
//! `cargo run --release -p avatar-prepare --example one_pool -- PICTURE...`

use std::io;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use avatar_prepare::{Avatar, Batch, Budget, Error, Limits, Settings, Source, Work};

/// Pictures that may wait for a worker. More callers are refused, rather than kept.
const WAITING: usize = 64;
/// Memory for all pictures in flight, in bytes.
const MEMORY: u64 = 512 << 20;
/// How long a caller waits for its answer, in the queue and at work.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long one picture may take at work.
const TIME: Duration = Duration::from_secs(10);

/// A picture and whom to answer.
struct Job {
    picture: Vec<u8>,
    answer: SyncSender<Result<Vec<u8>, Error>>,
}

/// What a caller can get instead of a picture.
#[derive(Debug)]
enum Refused {
    /// HTTP 503 with `Retry-After`.
    Busy,
    /// HTTP 422 with [`Error::reply`], which is for the person; [`Error::hint`] is for the log.
    Failed(Error),
}

/// A handle to the pool; every thread of the service has a clone.
#[derive(Clone)]
struct Pool(SyncSender<Job>);

impl Pool {
    /// Starts the workers. They end when the last handle is dropped.
    fn start(
        settings: Settings,
        workers: NonZeroUsize,
    ) -> io::Result<(Self, thread::JoinHandle<()>)> {
        let limits = Limits {
            time: TIME,
            ..Limits::default()
        };
        let batch = Batch::new(settings, limits, workers)?.with_budget(Budget::new(MEMORY));
        let (jobs, queue) = sync_channel(WAITING);
        let serve = move || batch.run(Queue(queue), &AtomicBool::new(false), &Serve, drop);
        Ok((Self(jobs), thread::Builder::new().spawn(serve)?))
    }

    /// Prepares one picture, and waits for it.
    fn prepare(&self, picture: Vec<u8>) -> Result<Vec<u8>, Refused> {
        let (answer, answered) = sync_channel(1);
        match self.0.try_send(Job { picture, answer }) {
            Ok(()) => {}
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                return Err(Refused::Busy);
            }
        }
        match answered.recv_timeout(PATIENCE) {
            Ok(result) => result.map_err(Refused::Failed),
            // The worker finishes, and the result is dropped.
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Err(Refused::Busy),
        }
    }
}

/// Jobs as they come; ends when no sender is left.
struct Queue(Receiver<Job>);

impl Iterator for Queue {
    type Item = Job;

    fn next(&mut self) -> Option<Job> {
        self.0.recv().ok()
    }
}

/// Answers each caller from the worker itself.
struct Serve;

impl Work for Serve {
    type Item = Job;
    type Outcome = ();

    fn open(&self, job: &mut Job) -> ControlFlow<(), Source> {
        ControlFlow::Continue(Source::Bytes(std::mem::take(&mut job.picture)))
    }

    fn publish(&self, job: Job, result: Result<Avatar, Error>) {
        // A caller that has given up is no fault.
        let _ = job.answer.send(result.map(Avatar::into_bytes));
    }
}

fn main() -> io::Result<()> {
    let workers = thread::available_parallelism()?;
    let (pool, workers) = Pool::start(Settings::default(), workers)?;
    let callers = std::env::args_os().skip(1).map(|path| {
        let pool = pool.clone();
        thread::spawn(move || {
            let name = path.display().to_string();
            let answer = match std::fs::read(&path).map(|picture| pool.prepare(picture)) {
                Ok(Ok(avatar)) => format!("{} bytes", avatar.len()),
                Ok(Err(Refused::Failed(error))) => {
                    format!("{} (log: {error}; {})", error.reply(), error.hint())
                }
                Ok(Err(Refused::Busy)) => "busy, try again later".into(),
                Err(error) => error.to_string(),
            };
            println!("{name}: {answer}");
        })
    });
    let callers: Vec<_> = callers.collect();
    callers.into_iter().for_each(|caller| drop(caller.join()));
    drop(pool);
    let _ = workers.join();
    Ok(())
}
