//! Runs many deliveries on a few threads. A delivery that waits holds no thread, so every account
//! can be sent to as often as its pauses allow. The steps of one delivery are in `task`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Instant;

use super::queue::{Queue, Turn};
use super::scopes::Scopes;
use super::task::{Step, Task, never_begun, not_reached};
use super::values::{Delivery, Event, Finished, Outcome, Run, Stop};

impl Run<'_> {
    /// Delivers until every delivery has an outcome or `stop` becomes true. After that, requests in
    /// flight are finished and no new ones begin.
    pub fn deliver(&self, deliveries: Vec<Delivery>, stop: &AtomicBool) -> Finished {
        let threads = self.options.senders.get().min(deliveries.len().max(1));
        let questions = deliveries.iter().map(|delivery| {
            let spacing = || delivery.destination.spacing().questions;
            catch_unwind(AssertUnwindSafe(spacing)).unwrap_or_default()
        });
        let soon = self.options.speed.real(questions.max().unwrap_or_default());
        let scopes = Scopes::default();
        let queue = Queue::new(deliveries, self.options.senders, soon);
        let work = Work {
            run: self,
            scopes: &scopes,
            queue: &queue,
            changed: &Condvar::new(),
            stop,
            start: Instant::now(),
        };
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| work.until_done());
            }
        });
        let mut queue = Queue::lock(&queue);
        let stopped = queue.stopped.take().map(|(stop, _)| stop);
        Finished {
            outcomes: std::mem::take(&mut queue.outcomes),
            stopped: stopped.or_else(|| scopes.end()),
        }
    }
}

/// What the threads of a run share.
struct Work<'t, 'q> {
    run: &'t Run<'t>,
    scopes: &'t Scopes,
    queue: &'q Mutex<Queue<'t>>,
    changed: &'q Condvar,
    stop: &'q AtomicBool,
    start: Instant,
}

impl<'t> Work<'t, '_> {
    fn until_done(&self) {
        loop {
            let mut locked = Queue::lock(self.queue);
            self.look_at_the_clock(&mut locked);
            let turn = locked.next();
            if let Turn::Sleep(time) = turn {
                drop(self.changed.wait_timeout(locked, time));
                continue;
            }
            drop(locked);
            let start = Instant::now();
            let is_send = matches!(&turn, Turn::Step(task) if task.is_send());
            let step = match turn {
                Turn::Begin(delivery) => self.begin(*delivery),
                Turn::Step(task) => guarded(task),
                Turn::Sleep(_) | Turn::Over => break,
            };
            let mut locked = Queue::lock(self.queue);
            locked.spent(start.elapsed(), is_send);
            self.settle(&mut locked, step);
            drop(locked);
            self.changed.notify_all();
        }
        self.changed.notify_all();
    }

    fn look_at_the_clock(&self, queue: &mut Queue<'t>) {
        let deadline = self.run.options.deadline;
        let is_over = deadline.is_some_and(|time| self.start.elapsed() >= time);
        if queue.stopped.is_none() && self.stop.load(Ordering::SeqCst) {
            queue.stopped = Some((Stop::Interrupted, "the run was interrupted".into()));
        } else if queue.stopped.is_none() && is_over {
            queue.stopped = Some((Stop::OutOfTime, "the deadline of the run has passed".into()));
        }
        let Some((stop, text)) = queue.stopped.clone() else {
            return;
        };
        let (started, fresh) = queue.drain();
        for task in started {
            self.done(queue, task.cut(stop.code(), &text));
        }
        for delivery in fresh {
            if delivery.contents.sha256().is_empty() {
                let outcome = not_reached(&delivery, stop.code(), &text);
                self.done(queue, outcome);
                continue;
            }
            let outcome = match self.begin(delivery) {
                Step::Later(_, task) => task.cut(stop.code(), &text),
                Step::Done(outcome) | Step::Stop(_, outcome) => outcome,
            };
            self.done(queue, outcome);
        }
    }

    /// Begins a delivery. If the destination panics, this delivery fails and the run goes on.
    fn begin(&self, delivery: Delivery) -> Step<'t> {
        let lost = never_begun(&delivery);
        let begin = || Task::begin(self.run, self.scopes, delivery);
        catch_unwind(AssertUnwindSafe(begin)).unwrap_or(Step::Done(lost))
    }

    fn settle(&self, queue: &mut Queue<'t>, step: Step<'t>) {
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

    fn done(&self, queue: &mut Queue<'t>, outcome: Outcome) {
        match outcome.reached {
            Some(true) => self.scopes.reached(&outcome.endpoint),
            Some(false) if self.scopes.failed(&outcome.endpoint) => {
                let text = "the run was stopped: several servers in a row had no connection";
                queue.stopped.get_or_insert((Stop::Network, text.into()));
            }
            Some(false) | None => {}
        }
        (self.run.listener)(&Event::Done(&outcome));
        queue.outcomes.push(outcome);
    }
}

/// Runs a step. If the destination panics, this delivery fails and the run goes on.
fn guarded(task: Box<Task<'_>>) -> Step<'_> {
    let lost = task.panicked();
    catch_unwind(AssertUnwindSafe(|| task.step())).unwrap_or(Step::Done(lost))
}
