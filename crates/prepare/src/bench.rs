//! A thread that prepares pictures for one worker, so that the worker can walk away from a decoder
//! that does not end: code cannot be stopped from outside, only left behind.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};

use crate::{Avatar, Error, Limits, Preparer, Settings, Source};

/// Threads of a batch that may be left behind at a time.
const LEFT_BEHIND: usize = 8;

/// Starts threads, and counts those that run.
pub(crate) struct Workshop {
    settings: Settings,
    limits: Limits,
    /// Threads that are not left behind.
    places: usize,
    /// Held by every running thread.
    running: Arc<()>,
}

impl Workshop {
    pub(crate) fn new(settings: Settings, limits: Limits, places: usize) -> Self {
        let running = Arc::new(());
        Self {
            settings,
            limits,
            places,
            running,
        }
    }

    fn running(&self) -> usize {
        Arc::strong_count(&self.running) - 1
    }

    fn start(&self) -> io::Result<Thread> {
        let (sources, inbox) = sync_channel::<Source>(1);
        let (outbox, results) = sync_channel(1);
        let mut preparer = Preparer::new(self.settings.clone(), self.limits);
        let running = Arc::clone(&self.running);
        let work = move || {
            for source in inbox {
                if outbox.send(preparer.prepare_source(&source)).is_err() {
                    break;
                }
            }
            drop(running);
        };
        let name = "worker-bench".into();
        std::thread::Builder::new().name(name).spawn(work)?;
        Ok(Thread { sources, results })
    }
}

struct Thread {
    sources: SyncSender<Source>,
    results: Receiver<Result<Avatar, Error>>,
}

/// One worker's place.
pub(crate) struct Bench<'a> {
    workshop: &'a Workshop,
    thread: Option<Thread>,
}

impl<'a> Bench<'a> {
    pub(crate) fn new(workshop: &'a Workshop) -> Self {
        let thread = None;
        Self { workshop, thread }
    }

    /// Prepares one source within the time of the limits.
    pub(crate) fn prepare(&mut self, source: Source) -> Result<Avatar, Error> {
        let time = self.workshop.limits.time;
        let thread = match self.thread.take() {
            Some(thread) => thread,
            None => self.replace()?,
        };
        thread.sources.send(source).map_err(|_| ended())?;
        match thread.results.recv_timeout(time) {
            Ok(result) => {
                self.thread = Some(thread);
                result
            }
            Err(RecvTimeoutError::Timeout) => Err(Error::TimedOut { allowed: time }),
            Err(RecvTimeoutError::Disconnected) => Err(ended()),
        }
    }

    /// A new thread with fresh scratch memory, unless too many are left behind.
    fn replace(&self) -> Result<Thread, Error> {
        let bound = self.workshop.places + LEFT_BEHIND;
        let running = self.workshop.running();
        if running >= bound {
            return Err(Error::Overrun { running });
        }
        Ok(self.workshop.start()?)
    }
}

fn ended() -> Error {
    let message = "a worker's thread ended".into();
    Error::Panicked { message }
}
