//! A thread that prepares pictures for one worker, so that the worker can abandon a decoder that
//! does not end: code cannot be stopped from outside.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SendError, Sender, channel};
use std::time::{Duration, Instant};

use crate::memory::admission::Interrupted;
use crate::memory::budget::Loan;
use crate::memory::watch::{Shown, Watch};
use crate::{Budget, Cost, Error, Limits, Permit, Prepared, Preparer, Settings, Source};

/// Most threads of a batch that may be abandoned at a time.
const LEFT_BEHIND: usize = 8;
/// How often a worker that waits for memory checks whether the run was stopped.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Starts threads, and counts those that run.
pub(crate) struct Threads {
    settings: Settings,
    limits: Limits,
    budget: Budget,
    /// Number of threads that are not abandoned.
    places: usize,
    /// Every running thread holds a clone, so the count of clones is the number of threads.
    running: Arc<()>,
}

impl Threads {
    pub(crate) fn new(settings: Settings, limits: Limits, places: usize) -> Self {
        Self {
            settings,
            limits,
            budget: Budget::unlimited(),
            places,
            running: Arc::new(()),
        }
    }

    pub(crate) fn with_budget(self, budget: Budget) -> Self {
        Self { budget, ..self }
    }

    fn start(&self) -> io::Result<Thread> {
        let (sources, inbox) = channel::<(Arc<Source>, Vec<Settings>)>();
        let (buffers, returned) = channel();
        let (outbox, events) = channel();
        let stop = Arc::new(AtomicBool::new(false));
        let preparer = Preparer::new(self.settings.clone(), self.limits);
        let mut preparer = preparer.with_budget(self.budget.clone());
        let (running, stopped) = (Arc::clone(&self.running), Arc::clone(&stop));
        let mut wire = Wire { outbox, returned };
        let work = move || {
            for (source, each) in inbox {
                let encoded = source.encoded();
                let (permit, result) = preparer.serve_each(encoded, &each, &mut wire, &stopped);
                let cost = preparer.cost();
                let done = Event::Done(Box::new(Done {
                    permit,
                    result,
                    cost,
                }));
                if wire.outbox.send(done).is_err() {
                    break;
                }
            }
            drop(running);
        };
        let name = "worker-pipeline".into();
        std::thread::Builder::new().name(name).spawn(work)?;
        Ok(Thread {
            sources,
            buffers,
            events,
            stop,
        })
    }
}

/// The outcome of a picture; the permit covers the memory of the results.
pub(crate) struct Done {
    pub(crate) permit: Permit,
    pub(crate) result: Result<Vec<Prepared>, Interrupted>,
    pub(crate) cost: Cost,
}

enum Event {
    /// The picture got its memory, and its time begins.
    Begins(Loan),
    /// The memory was too little, and the picture waits for more.
    Waits,
    /// The encoded bytes, which have to be returned; `None` if they are those of the source itself.
    Read(Option<Vec<u8>>),
    Done(Box<Done>),
}

/// The thread's end of the channels.
struct Wire {
    outbox: Sender<Event>,
    returned: Receiver<Vec<u8>>,
}

impl Watch for Wire {
    fn begins(&mut self, permit: &Permit) {
        // Fails if the worker has abandoned this thread, which the end of the picture will notice.
        let _ = self.outbox.send(Event::Begins(permit.loan()));
    }

    fn waits(&mut self) {
        let _ = self.outbox.send(Event::Waits);
    }

    fn read(&mut self, shown: Shown<'_>) {
        let Shown::Buffer(buffer) = shown else {
            let _ = self.outbox.send(Event::Read(None));
            return;
        };
        let event = Event::Read(Some(std::mem::take(buffer)));
        match self.outbox.send(event) {
            Ok(()) => *buffer = self.returned.recv().unwrap_or_default(),
            Err(SendError(Event::Read(Some(kept)))) => *buffer = kept,
            Err(_) => {}
        }
    }
}

/// The worker's end of the channels.
struct Thread {
    sources: Sender<(Arc<Source>, Vec<Settings>)>,
    buffers: Sender<Vec<u8>>,
    events: Receiver<Event>,
    stop: Arc<AtomicBool>,
}

impl Thread {
    /// Follows one picture; `None` if it takes too long.
    fn follow(
        &self,
        source: &Source,
        show: &mut dyn FnMut(&[u8]),
        (time, stop): (Duration, &AtomicBool),
    ) -> Result<Option<Done>, Error> {
        let mut deadline = None;
        let mut loan = None;
        loop {
            let left = deadline.map(|end: Instant| end.saturating_duration_since(Instant::now()));
            match self.events.recv_timeout(left.unwrap_or(POLL_INTERVAL)) {
                Ok(Event::Begins(lent)) => {
                    deadline = Instant::now().checked_add(time);
                    loan = Some(lent);
                }
                Ok(Event::Waits) => deadline = None,
                Ok(Event::Read(None)) => {
                    if let Source::Bytes(bytes) = source {
                        show(bytes);
                    }
                }
                Ok(Event::Read(Some(buffer))) => {
                    show(&buffer);
                    self.buffers.send(buffer).map_err(|_| ended())?;
                }
                Ok(Event::Done(done)) => return Ok(Some(*done)),
                Err(RecvTimeoutError::Disconnected) => return Err(ended()),
                Err(RecvTimeoutError::Timeout) if deadline.is_some() => {
                    self.stop.store(true, Ordering::Relaxed);
                    // The abandoned thread still uses its memory, but pictures that wait for it
                    // would wait forever.
                    loan.iter().for_each(Loan::give_back);
                    return Ok(None);
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.stop
                        .fetch_or(stop.load(Ordering::Relaxed), Ordering::Relaxed);
                }
            }
        }
    }
}

/// The thread of one worker, which is replaced when it is abandoned.
pub(crate) struct Watchdog<'a> {
    threads: &'a Threads,
    thread: Option<Thread>,
}

impl<'a> Watchdog<'a> {
    pub(crate) fn new(threads: &'a Threads) -> Self {
        let thread = None;
        Self { threads, thread }
    }

    /// Prepares one source within the time limit, and shows its encoded bytes. If the source has
    /// its own settings, one for each result, they replace those of the batch.
    pub(crate) fn prepare(
        &mut self,
        source: (Source, Vec<Settings>),
        show: &mut dyn FnMut(&[u8]),
        stop: &AtomicBool,
    ) -> Done {
        self.attempt(source, show, stop)
            .unwrap_or_else(|error| Done {
                permit: self.threads.budget.nothing(),
                result: Err(error.into()),
                cost: Cost::default(),
            })
    }

    fn attempt(
        &mut self,
        (source, mut each): (Source, Vec<Settings>),
        show: &mut dyn FnMut(&[u8]),
        stop: &AtomicBool,
    ) -> Result<Done, Error> {
        let allowed = self.threads.limits.time;
        let thread = match self.thread.take() {
            Some(thread) => thread,
            None => self.replace()?,
        };
        let source = Arc::new(source);
        if each.is_empty() {
            each.push(self.threads.settings.clone());
        }
        let sent = thread.sources.send((Arc::clone(&source), each));
        sent.map_err(|_| ended())?;
        let done = thread.follow(&source, show, (allowed, stop))?;
        let done = done.ok_or(Error::TimedOut { allowed })?;
        self.thread = Some(thread);
        Ok(done)
    }

    /// Starts a new thread with fresh scratch memory, unless too many are abandoned.
    fn replace(&self) -> Result<Thread, Error> {
        let running = Arc::strong_count(&self.threads.running) - 1;
        if running >= self.threads.places + LEFT_BEHIND {
            return Err(Error::Overrun { running });
        }
        Ok(self.threads.start()?)
    }
}

fn ended() -> Error {
    let message = "a worker's thread ended".into();
    Error::Panicked { message }
}
