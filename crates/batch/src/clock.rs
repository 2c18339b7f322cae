//! The time as the state and the decisions record it.

use std::time::SystemTime;

/// Seconds since 1970; zero before.
pub fn seconds() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(i64::MAX))
}
