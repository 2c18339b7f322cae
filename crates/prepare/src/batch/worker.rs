//! One worker of a batch: opens pictures, passes them to its thread, and publishes what comes back.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use super::queues::{Done, QUICK};
use super::watchdog::Watchdog;
use super::work::Work;
use crate::instant::Instant;
use crate::memory::admission::Interrupted;
use crate::stages::in_pieces::LEAST;
use crate::{Error, Prepared, Source};

/// Most pictures that are passed to a thread at a time, while each is quick: then waking a thread
/// costs more than making one. With slower ones, pictures would wait here while other workers have
/// none.
const AHEAD: usize = 16;
/// Bytes of a source from which on it is not taken for quick.
const LARGE: u64 = 1 << 16;
/// Outcomes that are passed on together.
pub(super) const SEVERAL: usize = 16;
/// Longest that an outcome waits for others.
const DELAY: Duration = Duration::from_millis(2);
/// How often a worker that waits checks whether the run was stopped.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Whether a worker goes on.
type Flow = ControlFlow<()>;

pub(super) struct Worker<'a, W: Work> {
    watchdog: Watchdog<'a>,
    work: &'a W,
    stop: &'a AtomicBool,
    /// The pending pictures, each with the number of its results.
    opened: VecDeque<(W::Item, usize)>,
    outcomes: Outcomes<W::Outcome>,
    /// How many pictures may be pending.
    ahead: usize,
}

impl<'a, W: Work> Worker<'a, W> {
    pub(super) fn new(
        watchdog: Watchdog<'a>,
        work: &'a W,
        stop: &'a AtomicBool,
        outcomes: Outcomes<W::Outcome>,
    ) -> Self {
        Self {
            watchdog,
            work,
            stop,
            opened: VecDeque::new(),
            outcomes,
            ahead: 1,
        }
    }

    /// Works until there are no more items, the run is stopped, or the outcomes are no longer taken.
    ///
    /// `is_ready` says whether `next` is sure to return at once. If it is not, an item may come only after
    /// an outcome was consumed: nothing is held back then while the worker waits for the item.
    pub(super) fn run(mut self, is_ready: impl Fn() -> bool, next: impl Fn() -> Option<W::Item>) {
        let mut has_more = true;
        loop {
            while has_more && self.watchdog.pending() < self.ahead && !self.is_stopped() {
                if !is_ready() {
                    if self.watchdog.pending() > 0 {
                        break;
                    }
                    if self.outcomes.flush().is_break() {
                        return;
                    }
                }
                has_more = next().is_some_and(|item| self.open(item).is_continue());
            }
            if self.is_stopped() {
                has_more = false;
                self.opened.truncate(self.watchdog.withdraw());
            }
            if self.watchdog.pending() == 0 {
                break;
            }
            let patience = match self.outcomes.waiting.is_empty() && self.watchdog.pending() == 1 {
                true => POLL_INTERVAL,
                false => DELAY,
            };
            let flow = match self.watchdog.next(patience, self.stop) {
                Some((source, done)) => {
                    self.ahead = match done.took < QUICK {
                        true => (2 * self.ahead).min(AHEAD),
                        false => 1,
                    };
                    self.publish(&source, done)
                }
                None => self.outcomes.flush(),
            };
            if flow.is_break() {
                break;
            }
        }
        let _ = self.outcomes.flush();
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Passes a picture to the thread, unless there is nothing to make.
    fn open(&mut self, mut item: W::Item) -> Flow {
        match self.work.open(&mut item) {
            ControlFlow::Break(outcome) => self.outcomes.add(outcome),
            ControlFlow::Continue(source) => {
                let mut each = self.work.each_settings(&item);
                if each.is_empty() {
                    each.extend(self.work.settings(&item));
                }
                let length = length(&source);
                if length.is_none_or(|length| length > LARGE) {
                    self.ahead = 1;
                }
                let is_in_pieces = matches!(source, Source::Path(_)) && length >= Some(LEAST);
                let pieces = match is_in_pieces {
                    true => self.work.pieces(&mut item),
                    false => None,
                };
                self.opened.push_back((item, each.len().max(1)));
                self.watchdog.submit(source, each, pieces);
                Flow::Continue(())
            }
        }
    }

    fn publish(&mut self, source: &Source, done: Done) -> Flow {
        let Some((mut item, count)) = self.opened.pop_front() else {
            return Flow::Continue(());
        };
        let results = match done.result {
            // It had no memory yet, so it counts as not started.
            Err(Interrupted::Stopped) => return Flow::Continue(()),
            Err(interrupted) if count == 1 => Ok(vec![Prepared {
                result: Err(interrupted.into()),
                cost: done.cost,
            }]),
            results => results.map_err(Error::from),
        };
        match (&done.encoded, source) {
            (Some(encoded), _) => self.work.read(&mut item, encoded),
            (None, Source::Bytes(bytes)) => self.work.read(&mut item, bytes),
            (None, Source::Shared(shared)) => self.work.read(&mut item, shared.bytes()),
            (None, Source::Path(_)) if done.was_in_pieces => self.work.read_in_pieces(&mut item),
            (None, Source::Path(_)) => {}
        }
        if let Some(encoded) = done.encoded {
            self.watchdog.give_back(encoded);
        }
        let outcome = self.work.publish_each(item, results);
        // The permit lasts until the result is published.
        drop(done.permit);
        self.outcomes.add(outcome)
    }
}

/// Bytes of a source; `None` if that is not known.
fn length(source: &Source) -> Option<u64> {
    match source {
        Source::Bytes(bytes) => Some(bytes.len() as u64),
        Source::Shared(shared) => Some(shared.bytes().len() as u64),
        Source::Path(path) => {
            let metadata = std::fs::metadata(path).ok()?;
            metadata.is_file().then_some(metadata.len())
        }
    }
}

/// Outcomes on their way to the consumer.
pub(super) struct Outcomes<T> {
    sender: SyncSender<Vec<T>>,
    waiting: Vec<T>,
    since: Instant,
}

impl<T> Outcomes<T> {
    pub(super) fn new(sender: SyncSender<Vec<T>>) -> Self {
        Self {
            sender,
            waiting: Vec::new(),
            since: Instant::now(),
        }
    }

    /// Breaks once outcomes are no longer taken.
    fn add(&mut self, outcome: T) -> Flow {
        if self.waiting.is_empty() {
            self.since = Instant::now();
        }
        self.waiting.push(outcome);
        match self.waiting.len() < SEVERAL && self.since.elapsed() < DELAY {
            true => Flow::Continue(()),
            false => self.flush(),
        }
    }

    /// Passes on all that wait.
    fn flush(&mut self) -> Flow {
        let all = std::mem::take(&mut self.waiting);
        match all.is_empty() || self.sender.send(all).is_ok() {
            true => Flow::Continue(()),
            false => Flow::Break(()),
        }
    }
}
