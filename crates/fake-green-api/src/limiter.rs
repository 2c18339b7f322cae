//! Limits how often a method of an account may be called.

use std::collections::VecDeque;
use std::time::Duration;

/// How calls are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Algorithm {
    /// At most this many calls within any window of time.
    #[default]
    Sliding,
    /// At most this many calls within each window of a fixed grid.
    Fixed,
    /// A leaky bucket (GCRA).
    Bucket,
}

/// One method of one account.
#[derive(Debug)]
pub(crate) struct Limiter {
    algorithm: Algorithm,
    calls: usize,
    window: Duration,
    counts_rejected: bool,
    seen: VecDeque<Duration>,
    next: Duration,
}

impl Limiter {
    pub(crate) fn new(
        algorithm: Algorithm,
        (calls, window): (usize, Duration),
        counts_rejected: bool,
    ) -> Self {
        Self {
            algorithm,
            calls,
            window,
            counts_rejected,
            seen: VecDeque::new(),
            next: Duration::ZERO,
        }
    }

    /// Counts a call; returns whether it is accepted.
    pub(crate) fn admits(&mut self, now: Duration) -> bool {
        let admitted = match self.algorithm {
            Algorithm::Bucket => now >= self.next,
            Algorithm::Sliding => {
                self.forget(now.saturating_sub(self.window));
                self.seen.len() < self.calls
            }
            Algorithm::Fixed => {
                let window = self.window.as_nanos().max(1);
                let start = now.as_nanos() / window * window;
                self.forget(Duration::from_nanos(
                    u64::try_from(start).unwrap_or(u64::MAX),
                ));
                self.seen.len() < self.calls
            }
        };
        if admitted || self.counts_rejected {
            self.seen.push_back(now);
            let interval = self.window / u32::try_from(self.calls.max(1)).unwrap_or(u32::MAX);
            self.next = self.next.max(now) + interval;
        }
        admitted
    }

    fn forget(&mut self, before: Duration) {
        while self.seen.front().is_some_and(|seen| *seen < before) {
            self.seen.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(algorithm: Algorithm, counts_rejected: bool, calls: &[u64]) -> Vec<bool> {
        let mut limiter = Limiter::new(algorithm, (1, Duration::from_secs(10)), counts_rejected);
        let seconds = calls.iter().map(|second| Duration::from_secs(*second));
        seconds.map(|now| limiter.admits(now)).collect()
    }

    #[test]
    fn one_in_ten_seconds() {
        let calls = [3, 9, 11, 14, 30];
        for (algorithm, wanted) in [
            (Algorithm::Sliding, [true, false, false, true, true]),
            (Algorithm::Fixed, [true, false, true, false, true]),
            (Algorithm::Bucket, [true, false, false, true, true]),
        ] {
            assert_eq!(admitted(algorithm, false, &calls), wanted, "{algorithm:?}");
        }
        assert_eq!(
            admitted(Algorithm::Sliding, true, &calls),
            [true, false, false, false, true]
        );
    }
}
