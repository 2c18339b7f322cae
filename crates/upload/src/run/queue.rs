//! The deliveries of a run that are not finished, in the order in which they are due.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::task::Task;
use super::values::{Delivery, Outcome, Stop};

/// How often a worker that has nothing to do checks whether the run is to stop.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

#[derive(Default)]
pub(crate) struct Queue<'a> {
    fresh: VecDeque<Delivery>,
    /// Deliveries that have started, by the time of their next step. Those that are due go before
    /// fresh ones.
    waiting: BTreeMap<(Instant, u64), Box<Task<'a>>>,
    senders: usize,
    /// A step is due soon if it is due within this time, the pause between two questions.
    soon: Duration,
    /// Time that the senders worked since the last send; `spent_a_send` is a moving average of it
    /// per send.
    spent: Duration,
    spent_a_send: Option<Duration>,
    pub(crate) working: usize,
    number: u64,
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
    /// A queue for so many senders; `soon` is the pause between two questions.
    pub(crate) fn new(
        deliveries: Vec<Delivery>,
        senders: NonZeroUsize,
        soon: Duration,
    ) -> Mutex<Self> {
        Mutex::new(Self {
            fresh: deliveries.into(),
            senders: senders.get(),
            soon,
            ..Self::default()
        })
    }

    pub(crate) fn lock<'q>(queue: &'q Mutex<Self>) -> MutexGuard<'q, Self> {
        queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn put(&mut self, at: Instant, task: Box<Task<'a>>) {
        self.number += 1;
        self.waiting.insert((at, self.number), task);
    }

    /// The next work for a worker, which counts as working until its result is recorded.
    pub(crate) fn next(&mut self) -> Turn<'a> {
        let now = Instant::now();
        let first = self.waiting.first_entry();
        let wait = first
            .as_ref()
            .map(|due| due.key().0.saturating_duration_since(now));
        if let Some(due) = first.filter(|due| due.key().0 <= now) {
            self.working += 1;
            return Turn::Step(due.remove());
        }
        if self.has_room(now)
            && let Some(delivery) = self.fresh.pop_front()
        {
            self.working += 1;
            return Turn::Begin(Box::new(delivery));
        }
        match wait {
            Some(wait) => Turn::Sleep(wait.min(POLL_INTERVAL)),
            None if self.working > 0 => Turn::Sleep(POLL_INTERVAL),
            None => Turn::Over,
        }
    }

    /// Records how long a step took. The time per send, including the questions before it, is
    /// averaged over the last few sends.
    pub(crate) fn spent(&mut self, time: Duration, is_send: bool) {
        self.spent += time;
        if is_send {
            let spent = std::mem::take(&mut self.spent);
            let before = self.spent_a_send.unwrap_or(spent);
            self.spent_a_send = Some((before * 7 + spent) / 8);
        }
    }

    /// Whether the senders have time to start another delivery. If more were started than they can
    /// serve, accounts that are ready would wait for ones that have only just started.
    fn has_room(&self, now: Instant) -> bool {
        let sends = self.spent_a_send.map_or(0, |spent| {
            self.soon.as_micros() * self.senders as u128 / spent.as_micros().max(1)
        });
        let most = usize::try_from(sends).unwrap_or(usize::MAX);
        let most = most.max(self.senders);
        let soon = self.waiting.range(..(now + self.soon, 0));
        soon.take(most).count() < most
    }

    /// Takes out everything that has no outcome yet and that no worker holds.
    pub(crate) fn drain(&mut self) -> (Vec<Task<'a>>, Vec<Delivery>) {
        let started = std::mem::take(&mut self.waiting);
        let started = started.into_values().map(|task| *task).collect();
        (started, self.fresh.drain(..).collect())
    }
}
