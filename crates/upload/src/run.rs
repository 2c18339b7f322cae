//! Many deliveries, a few at a time: whatever waits holds no thread, so that every account is
//! kept as busy as it may be.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::journal::{Entry, Journal, JournalError};
use crate::pace::Pacer;
use crate::speed::Speed;
use crate::task::{Next, Task};
use crate::{Destination, Payload, Verdict};

/// Accounts in a row that the network fails before it is taken to be down.
const NETWORK_IS_DOWN: u32 = 5;

/// How often a waiting worker looks whether it shall stop.
const GLANCE: Duration = Duration::from_millis(100);

/// One picture for one account.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Name of the account.
    pub account: String,
    /// Name of the picture, for people.
    pub picture: String,
    /// What is sent.
    pub payload: Payload,
}

/// What became of a delivery in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It was applied now.
    Applied,
    /// It was applied before.
    UpToDate,
    /// It failed, and someone must act.
    Rejected,
    /// Later, in another run.
    Deferred,
    /// Nobody knows; the next run verifies.
    Unknown,
    /// Nothing was sent.
    NotStarted,
}

/// The end of a delivery in this run.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What became of it.
    pub status: Status,
    /// As it stands in the journal.
    pub entry: Entry,
    pub(crate) failed_by_transport: bool,
}

/// What happens during a run.
#[derive(Debug)]
pub enum Event<'a> {
    /// An account waits for its next step.
    Waiting {
        /// The account.
        account: &'a str,
        /// Why.
        cause: &'a Verdict,
        /// How long.
        pause: Duration,
    },
    /// A delivery came to its end.
    Done(&'a Outcome),
    /// Something that the run survives.
    Warning(String),
}

/// How to run.
#[derive(Debug, Clone, Copy)]
pub struct RunOptions {
    /// Accounts that are called at once.
    pub senders: NonZeroUsize,
    /// Sends what was applied or deferred before.
    pub resend: bool,
    /// How fast time runs.
    pub speed: Speed,
    /// Nothing new begins after so long.
    pub deadline: Option<Duration>,
}

/// Everything that a run needs.
pub struct Run<'a> {
    /// Where to.
    pub destination: &'a dyn Destination,
    /// What is known.
    pub journal: &'a Journal,
    /// When an account may be called.
    pub pacer: &'a Pacer,
    /// How.
    pub options: RunOptions,
    /// Who wants to hear of it; called from many threads.
    pub listener: &'a (dyn Fn(&Event<'_>) + Sync),
}

/// A task that waits for its time.
struct Due<'a> {
    at: Instant,
    number: u64,
    task: Task<'a>,
}

impl PartialEq for Due<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.number) == (other.at, other.number)
    }
}
impl Eq for Due<'_> {}
impl PartialOrd for Due<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Due<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

#[derive(Default)]
struct Queue<'a> {
    fresh: VecDeque<Delivery>,
    /// Begun; those that are due go before fresh ones.
    waiting: BinaryHeap<Reverse<Due<'a>>>,
    working: usize,
    number: u64,
    transport_failures: u32,
    stopped: Option<(&'static str, String)>,
    outcomes: Vec<Outcome>,
}

/// What a worker does next.
enum Work<'a> {
    Begin(Box<Delivery>),
    Step(Box<Task<'a>>),
    Sleep(Duration),
    Over,
}

impl<'a> Run<'a> {
    /// Delivers until everything has an outcome or `stop` turns true; then requests in flight are
    /// finished and nothing new begins.
    ///
    /// # Errors
    /// [`JournalError`] if the journal cannot be read at the start of a delivery.
    pub fn deliver(
        &'a self,
        deliveries: Vec<Delivery>,
        stop: &AtomicBool,
    ) -> Result<Vec<Outcome>, JournalError> {
        let threads = self.options.senders.get().min(deliveries.len().max(1));
        let fresh = deliveries.into();
        let queue = Mutex::new(Queue {
            fresh,
            ..Queue::default()
        });
        let changed = Condvar::new();
        let start = Instant::now();
        let results: Vec<Result<(), JournalError>> = thread::scope(|scope| {
            let worker = || scope.spawn(|| self.work(&queue, &changed, stop, start));
            let workers: Vec<_> = (0..threads).map(|_| worker()).collect();
            let joined = workers.into_iter().map(thread::ScopedJoinHandle::join);
            joined.filter_map(Result::ok).collect()
        });
        results.into_iter().collect::<Result<(), _>>()?;
        Ok(queue
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .outcomes)
    }

    fn work(
        &'a self,
        queue: &Mutex<Queue<'a>>,
        changed: &Condvar,
        stop: &AtomicBool,
        start: Instant,
    ) -> Result<(), JournalError> {
        loop {
            let mut locked = lock(queue);
            self.look_at_the_clock(&mut locked, stop, start);
            match next(&mut locked) {
                Work::Over => {
                    changed.notify_all();
                    return Ok(());
                }
                Work::Sleep(time) => {
                    let time = time.min(GLANCE);
                    drop(changed.wait_timeout(locked, time).map_err(|_| ()));
                }
                Work::Begin(delivery) => {
                    locked.working += 1;
                    drop(locked);
                    let begun = self.begin(*delivery);
                    let mut locked = lock(queue);
                    match begun {
                        Ok(begun) => self.settle(&mut locked, begun),
                        Err(error) => {
                            locked.working -= 1;
                            let text = "the run was stopped: the journal could not be used";
                            locked.stopped.get_or_insert(("journal", text.into()));
                            return Err(error);
                        }
                    }
                    changed.notify_all();
                }
                Work::Step(mut task) => {
                    locked.working += 1;
                    drop(locked);
                    let next = task.step();
                    self.settle(&mut lock(queue), (Some(*task), next));
                    changed.notify_all();
                }
            }
        }
    }

    fn look_at_the_clock(&self, queue: &mut Queue<'a>, stop: &AtomicBool, start: Instant) {
        let late = self
            .options
            .deadline
            .is_some_and(|deadline| start.elapsed() >= deadline);
        if queue.stopped.is_none() && stop.load(Ordering::SeqCst) {
            queue.stopped = Some(("interrupted", "the run was interrupted".into()));
        } else if queue.stopped.is_none() && late {
            queue.stopped = Some(("out_of_time", "the time of the run is over".into()));
        }
        let Some((code, text)) = queue.stopped.clone() else {
            return;
        };
        while let Some(Reverse(due)) = queue.waiting.pop() {
            let outcome = due.task.cut(code, &text);
            self.done(queue, outcome);
        }
        while let Some(delivery) = queue.fresh.pop_front() {
            match self.begin(delivery) {
                Ok((Some(task), _)) => {
                    let outcome = task.cut(code, &text);
                    self.done(queue, outcome);
                }
                Ok((None, Next::Done(outcome))) => self.done(queue, *outcome),
                _ => {}
            }
        }
    }

    fn begin(&'a self, delivery: Delivery) -> Result<(Option<Task<'a>>, Next), JournalError> {
        let Some(key) = self.destination.key(&delivery.account) else {
            let text = format!("the destination has no account {}", delivery.account);
            (self.listener)(&Event::Warning(text));
            return Ok((None, Next::At(Instant::now())));
        };
        Ok(match Task::new(self, delivery, key)? {
            Ok(task) => (Some(task), Next::At(Instant::now())),
            Err(outcome) => (None, Next::Done(Box::new(outcome))),
        })
    }

    fn settle(&self, queue: &mut Queue<'a>, (task, next): (Option<Task<'a>>, Next)) {
        queue.working -= 1;
        match (next, task) {
            (Next::At(at), Some(task)) => {
                queue.number += 1;
                let number = queue.number;
                queue.waiting.push(Reverse(Due { at, number, task }));
            }
            (Next::At(_), None) => {}
            (Next::Done(outcome), _) => self.done(queue, *outcome),
            (Next::Stop(outcome), _) => {
                let text = format!("the run was stopped: {}", outcome.entry.message);
                queue.stopped.get_or_insert(("stopped", text));
                self.done(queue, *outcome);
            }
        }
    }

    fn done(&self, queue: &mut Queue<'a>, outcome: Outcome) {
        if outcome.failed_by_transport {
            queue.transport_failures += 1;
        } else if matches!(outcome.status, Status::Applied | Status::Rejected) {
            queue.transport_failures = 0;
        }
        if queue.transport_failures >= NETWORK_IS_DOWN {
            let text = format!(
                "the run was stopped: {NETWORK_IS_DOWN} accounts in a row had no connection"
            );
            queue.stopped.get_or_insert(("network_down", text));
        }
        (self.listener)(&Event::Done(&outcome));
        queue.outcomes.push(outcome);
    }

    pub(crate) fn waiting(&self, delivery: &Delivery, cause: &Verdict, pause: Duration) {
        let account = &delivery.account;
        (self.listener)(&Event::Waiting {
            account,
            cause,
            pause,
        });
    }

    pub(crate) fn report(&self, error: &io::Error) {
        let text = format!("the time of the next call could not be kept: {error}");
        (self.listener)(&Event::Warning(text));
    }
}

fn lock<'q, 'a>(queue: &'q Mutex<Queue<'a>>) -> MutexGuard<'q, Queue<'a>> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

fn next<'a>(queue: &mut Queue<'a>) -> Work<'a> {
    let now = Instant::now();
    let wait = queue
        .waiting
        .peek()
        .map(|Reverse(due)| due.at.saturating_duration_since(now));
    if wait.is_some_and(|wait| wait.is_zero())
        && let Some(Reverse(due)) = queue.waiting.pop()
    {
        return Work::Step(Box::new(due.task));
    }
    if let Some(delivery) = queue.fresh.pop_front() {
        return Work::Begin(Box::new(delivery));
    }
    match wait {
        Some(wait) => Work::Sleep(wait),
        None if queue.working > 0 => Work::Sleep(GLANCE),
        None => Work::Over,
    }
}
