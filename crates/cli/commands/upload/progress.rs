//! Prints which requests are still under way when a server is slow, because silence would look like
//! a crash.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use avatar_upload::Event;

use crate::report::console;

/// A request that takes longer than this is printed, and again each time this has passed.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often requests are checked.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// The requests that are under way, by account.
#[derive(Default)]
pub(super) struct Progress {
    requests: Mutex<HashMap<String, Request>>,
    is_over: AtomicBool,
}

struct Request {
    step: &'static str,
    since: Instant,
    told: u32,
}

impl Progress {
    /// Records which requests begin and end.
    pub(super) fn hear(&self, event: &Event<'_>) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Begins { account, step } => {
                let request = Request {
                    step,
                    since: Instant::now(),
                    told: 0,
                };
                requests.insert((*account).into(), request);
            }
            Event::Waiting { account, .. } => drop(requests.remove(*account)),
            Event::Done(outcome) => drop(requests.remove(&outcome.entry.account)),
            Event::Warning(_) => {}
        }
    }

    /// Prints slow requests until the run is over.
    pub(super) fn tell(&self) {
        while !self.is_over.load(Ordering::SeqCst) {
            thread::sleep(POLL_INTERVAL);
            let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
            for (account, request) in requests.iter_mut() {
                let time = request.since.elapsed();
                if time >= PATIENCE * (request.told + 1) {
                    request.told += 1;
                    let (step, seconds) = (request.step, time.as_secs());
                    console::print_line(&format!("still {step}: {account}, {seconds} s"));
                }
            }
        }
    }

    pub(super) fn end(&self) {
        self.is_over.store(true, Ordering::SeqCst);
    }
}
