//! Prints the progress of a run and the account it waits for, because silence would look like a
//! crash. On a terminal this is one line that changes; otherwise each slow request is a separate
//! line.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use avatar_batch::report::{console, live};
use avatar_upload::{Event, Status, display_time};

/// A request that takes longer than this is printed, and again each time this has passed.
const SLOW: Duration = Duration::from_secs(5);

/// How often requests are checked.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// The progress of a run.
pub(super) struct Progress {
    state: Mutex<State>,
    is_over: AtomicBool,
}

struct State {
    all: usize,
    ended: usize,
    sent: usize,
    since: Instant,
    /// The requests in progress, by account.
    requests: HashMap<String, Request>,
    /// The waiting accounts, with the end and the reason of the wait.
    waits: HashMap<String, (Instant, &'static str)>,
}

struct Request {
    step: &'static str,
    since: Instant,
    reported: u32,
}

impl Progress {
    /// Starts the progress of a run with this number of deliveries.
    pub(super) fn new(all: usize) -> Self {
        Self {
            state: Mutex::new(State {
                all,
                ended: 0,
                sent: 0,
                since: Instant::now(),
                requests: HashMap::new(),
                waits: HashMap::new(),
            }),
            is_over: AtomicBool::new(false),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records which requests begin and end.
    pub(super) fn record(&self, event: &Event<'_>) {
        self.state().record(event, Instant::now());
    }

    /// Prints the progress until the run ends.
    pub(super) fn print(&self) {
        live::begin();
        while !self.is_over.load(Ordering::SeqCst) {
            thread::sleep(POLL_INTERVAL);
            let mut state = self.state();
            let slow = state.slow(Instant::now());
            if live::is_shown() {
                live::show(state.line(Instant::now()));
            } else {
                slow.iter().for_each(|line| console::print_line(line));
            }
        }
        live::end();
    }

    pub(super) fn end(&self) {
        self.is_over.store(true, Ordering::SeqCst);
    }
}

impl State {
    fn record(&mut self, event: &Event<'_>, now: Instant) {
        match event {
            Event::Begins { account, step } => {
                let request = Request {
                    step,
                    since: now,
                    reported: 0,
                };
                self.waits.remove(*account);
                self.requests.insert((*account).into(), request);
            }
            Event::Waiting {
                account,
                cause,
                pause,
            } => {
                self.requests.remove(*account);
                self.waits
                    .insert((*account).into(), (now + *pause, cause.code));
            }
            Event::Done(outcome) => {
                self.requests.remove(&outcome.entry.account);
                self.waits.remove(&outcome.entry.account);
                self.ended += 1;
                self.sent += usize::from(outcome.status == Status::Applied);
            }
            Event::Warning(_) => {}
        }
    }

    /// Prints the requests that take long, each at intervals.
    fn slow(&mut self, now: Instant) -> Vec<String> {
        let mut lines = Vec::new();
        for (account, request) in &mut self.requests {
            let time = now.saturating_duration_since(request.since);
            if time >= SLOW * (request.reported + 1) {
                request.reported += 1;
                let (step, seconds) = (request.step, time.as_secs());
                lines.push(format!("still {step}: {account}, {seconds} s"));
            }
        }
        lines
    }

    /// The text of the line: how much is done, what takes longest now, and how long the rest will
    /// take.
    fn line(&self, now: Instant) -> String {
        let Self {
            all, ended, sent, ..
        } = self;
        let mut line = format!("{ended} of {all} done, {sent} sent");
        let running = self.requests.iter().min_by_key(|(_, it)| it.since);
        let waiting = self.waits.iter().filter(|(_, (until, _))| *until > now);
        let next = waiting.min_by_key(|(_, (until, _))| *until);
        if let Some((account, request)) = running {
            let seconds = now.saturating_duration_since(request.since).as_secs();
            line.push_str(&format!("; {}: {account}, {seconds} s", request.step));
        } else if let Some((account, (until, code))) = next {
            let until = time_of_day(until.saturating_duration_since(now));
            line.push_str(&format!("; waiting for {account} until {until} [{code}]"));
        }
        let passed = now.saturating_duration_since(self.since);
        if let (Some(each), left @ 1..) = (passed.checked_div(count(*ended)), all - ended) {
            let left = each.saturating_mul(count(left));
            line.push_str(&format!("; about {} left", rounded(left)));
        }
        line
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The time after this delay, such as `12:40:00 UTC`.
fn time_of_day(later: Duration) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let text = display_time(now.unwrap_or_default() + later);
    text.split_once(' ')
        .map_or(text.clone(), |(_, time)| time.into())
}

/// An estimate, rounded because it is not exact.
fn rounded(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..90 => format!("{} s", seconds.max(1)),
        seconds @ 90..5_400 => format!("{} min", seconds.div_ceil(60)),
        seconds => format!("{} h", seconds.div_ceil(3_600)),
    }
}

#[cfg(test)]
mod tests {
    use avatar_upload::{Action, Verdict};

    use super::*;

    #[test]
    fn a_line_says_how_far_it_is_and_whom_it_waits_for() {
        let mut state = Progress::new(4).state.into_inner().unwrap();
        let start = state.since;
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(state.line(at(0)), "0 of 4 done, 0 sent");
        let begins = Event::Begins {
            account: "brand",
            step: "sending",
        };
        state.record(&begins, at(1));
        assert_eq!(
            state.line(at(9)),
            "0 of 4 done, 0 sent; sending: brand, 8 s"
        );
        assert_eq!(state.slow(at(5)), Vec::<String>::new());
        assert_eq!(state.slow(at(6)), ["still sending: brand, 5 s"]);
        assert_eq!(state.slow(at(7)), Vec::<String>::new());
        let cause = Verdict::new(Action::Fail, "starting", "the account is starting", "");
        let waits = Event::Waiting {
            account: "brand",
            cause: &cause,
            pause: Duration::from_secs(100),
        };
        state.record(&waits, at(10));
        let line = state.line(at(10));
        assert!(line.contains("; waiting for brand until "), "{line}");
        assert!(line.ends_with(" UTC [starting]"), "{line}");
        // The wait is over.
        assert_eq!(state.line(at(110)), "0 of 4 done, 0 sent");
        (state.ended, state.sent) = (2, 1);
        assert_eq!(state.line(at(300)), "2 of 4 done, 1 sent; about 5 min left");
        state.ended = 4;
        assert_eq!(state.line(at(300)), "4 of 4 done, 1 sent");
    }
}
