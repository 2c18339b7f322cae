//! What is still to be done in a run, in the order in which it is due.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::run::{Delivery, Outcome, Stop};
use crate::task::Task;

/// How long a worker sleeps at most before it looks whether it shall stop.
const GLANCE: Duration = Duration::from_millis(100);

/// A task that waits for its time.
struct Due<'a> {
    at: Instant,
    number: u64,
    task: Box<Task<'a>>,
}

impl PartialEq for Due<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Due<'_> {}
impl PartialOrd for Due<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Due<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

#[derive(Default)]
pub(crate) struct Queue<'a> {
    fresh: VecDeque<Delivery>,
    /// Begun; those that are due go before fresh ones.
    waiting: BinaryHeap<Reverse<Due<'a>>>,
    pub(crate) working: usize,
    number: u64,
    /// Outcomes in a row that the network is to blame for.
    pub(crate) transport_failures: u32,
    pub(crate) stopped: Option<(Stop, String)>,
    pub(crate) outcomes: Vec<Outcome>,
}

/// What a worker does next.
pub(crate) enum Turn<'a> {
    Begin(Box<Delivery>),
    Step(Box<Task<'a>>),
    Sleep(Duration),
    Over,
}

impl<'a> Queue<'a> {
    pub(crate) fn new(deliveries: Vec<Delivery>) -> Mutex<Self> {
        Mutex::new(Self {
            fresh: deliveries.into(),
            ..Self::default()
        })
    }

    pub(crate) fn lock<'q>(queue: &'q Mutex<Self>) -> MutexGuard<'q, Self> {
        queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn put(&mut self, at: Instant, task: Box<Task<'a>>) {
        self.number += 1;
        let number = self.number;
        self.waiting.push(Reverse(Due { at, number, task }));
    }

    /// What is due; a worker that gets work counts as working until it is settled.
    pub(crate) fn next(&mut self) -> Turn<'a> {
        let now = Instant::now();
        let wait = self.waiting.peek();
        let wait = wait.map(|Reverse(due)| due.at.saturating_duration_since(now));
        if wait.is_some_and(|wait| wait.is_zero())
            && let Some(Reverse(due)) = self.waiting.pop()
        {
            self.working += 1;
            return Turn::Step(due.task);
        }
        if let Some(delivery) = self.fresh.pop_front() {
            self.working += 1;
            return Turn::Begin(Box::new(delivery));
        }
        match wait {
            Some(wait) => Turn::Sleep(wait.min(GLANCE)),
            None if self.working > 0 => Turn::Sleep(GLANCE),
            None => Turn::Over,
        }
    }

    /// Everything that has no outcome yet and that nobody works on.
    pub(crate) fn drain(&mut self) -> (Vec<Task<'a>>, Vec<Delivery>) {
        let begun = self.waiting.drain().map(|Reverse(due)| *due.task);
        (begun.collect(), self.fresh.drain(..).collect())
    }
}
