//! Many deliveries, a few at a time: whatever waits holds no thread, so that every account is
//! kept as busy as it may be. What one delivery does, step by step, is its task's business.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Instant;

use super::queue::{Queue, Turn};
use super::task::{Step, Task, never_begun, unknown_account};
use super::values::{Delivery, Event, Finished, Outcome, Run, Stop};

/// Accounts in a row that the network fails before it is taken to be down.
const NETWORK_IS_DOWN: u32 = 5;

impl<'a> Run<'a> {
    /// Delivers until everything has an outcome or `stop` turns true; then requests in flight are
    /// finished and nothing new begins.
    pub fn deliver(&'a self, deliveries: Vec<Delivery>, stop: &AtomicBool) -> Finished {
        let threads = self.options.senders.get().min(deliveries.len().max(1));
        let questions = self.destination.spacing().questions;
        let soon = self.options.speed.real(questions);
        let queue = Queue::new(deliveries, self.options.senders, soon);
        let changed = Condvar::new();
        let start = Instant::now();
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| self.work(&queue, &changed, stop, start));
            }
        });
        let mut queue = Queue::lock(&queue);
        Finished {
            outcomes: std::mem::take(&mut queue.outcomes),
            stopped: queue.stopped.take().map(|(stop, _)| stop),
        }
    }

    fn work(
        &'a self,
        queue: &Mutex<Queue<'a>>,
        changed: &Condvar,
        stop: &AtomicBool,
        start: Instant,
    ) {
        loop {
            let mut locked = Queue::lock(queue);
            self.look_at_the_clock(&mut locked, stop, start);
            let turn = locked.next();
            if let Turn::Sleep(time) = turn {
                drop(changed.wait_timeout(locked, time));
                continue;
            }
            drop(locked);
            let begun = Instant::now();
            let is_send = matches!(&turn, Turn::Step(task) if task.is_send());
            let step = match turn {
                Turn::Begin(delivery) => self.begin(*delivery),
                Turn::Step(task) => guarded(task),
                Turn::Sleep(_) | Turn::Over => break,
            };
            let mut locked = Queue::lock(queue);
            locked.spent(begun.elapsed(), is_send);
            self.settle(&mut locked, step);
            drop(locked);
            changed.notify_all();
        }
        changed.notify_all();
    }

    fn look_at_the_clock(&'a self, queue: &mut Queue<'a>, stop: &AtomicBool, start: Instant) {
        let deadline = self.options.deadline;
        if queue.stopped.is_none() && stop.load(Ordering::SeqCst) {
            queue.stopped = Some((Stop::Interrupted, "the run was interrupted".into()));
        } else if queue.stopped.is_none() && deadline.is_some_and(|time| start.elapsed() >= time) {
            queue.stopped = Some((Stop::OutOfTime, "the time of the run is over".into()));
        }
        let Some((stop, text)) = queue.stopped.clone() else {
            return;
        };
        let (begun, fresh) = queue.drain();
        for task in begun {
            self.done(queue, task.cut(stop.code(), &text));
        }
        for delivery in fresh {
            let outcome = match self.begin(delivery) {
                Step::Later(_, task) => task.cut(stop.code(), &text),
                Step::Done(outcome) | Step::Stop(_, outcome) => outcome,
            };
            self.done(queue, outcome);
        }
    }

    fn begin(&'a self, delivery: Delivery) -> Step<'a> {
        let lost = never_begun(&delivery);
        let begin = || match self.destination.key(&delivery.account) {
            Some(key) => Task::begin(self, delivery, key),
            None => Step::Done(unknown_account(&delivery)),
        };
        catch_unwind(AssertUnwindSafe(begin)).unwrap_or(Step::Done(lost))
    }

    fn settle(&self, queue: &mut Queue<'a>, step: Step<'a>) {
        queue.working -= 1;
        match step {
            Step::Later(at, task) => queue.put(at, task),
            Step::Done(outcome) => self.done(queue, outcome),
            Step::Stop(stop, outcome) => {
                let text = format!("the run was stopped: {}", outcome.entry.message);
                queue.stopped.get_or_insert((stop, text));
                self.done(queue, outcome);
            }
        }
    }

    fn done(&self, queue: &mut Queue<'a>, outcome: Outcome) {
        match outcome.reached {
            Some(false) => queue.transport_failures += 1,
            Some(true) => queue.transport_failures = 0,
            None => {}
        }
        if queue.transport_failures >= NETWORK_IS_DOWN {
            let text = format!(
                "the run was stopped: {NETWORK_IS_DOWN} accounts in a row had no connection"
            );
            queue.stopped.get_or_insert((Stop::Network, text));
        }
        (self.listener)(&Event::Done(&outcome));
        queue.outcomes.push(outcome);
    }
}

/// A destination that panics fails that delivery, not the run.
fn guarded(task: Box<Task<'_>>) -> Step<'_> {
    let lost = task.panicked();
    catch_unwind(AssertUnwindSafe(|| task.step())).unwrap_or(Step::Done(lost))
}
