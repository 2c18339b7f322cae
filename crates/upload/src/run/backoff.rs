//! How long to pause before a further attempt.

use std::time::Duration;

/// Least pause after a connection that failed.
pub(crate) const TRANSPORT_FLOOR: Duration = Duration::from_secs(1);

const BASE: Duration = Duration::from_secs(2);
const CAP: Duration = Duration::from_secs(120);

/// The random part of the pause after so many failures: a time between zero and a bound that
/// doubles with each failure. Because it is random, several runs do not keep trying at the same
/// moments. The caller adds the fixed part.
pub(crate) fn jitter(failures: u32) -> Duration {
    let most = BASE.saturating_mul(1 << failures.min(6)).min(CAP);
    most.mul_f64(fastrand::f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_to_a_bound() {
        for (failures, bound) in [(0, 2), (1, 4), (3, 16), (5, 64), (6, 120), (4_000_000, 120)] {
            let longest = (0..2_000).map(|_| jitter(failures)).max().unwrap();
            let bound = Duration::from_secs(bound);
            assert!(longest <= bound, "{failures}: {longest:?}");
            assert!(longest > bound.mul_f64(0.9), "{failures}: {longest:?}");
        }
    }
}
