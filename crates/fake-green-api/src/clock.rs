//! A clock that can run faster than real time.

use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// The end of the year 9999: years in dates of HTTP have four digits.
const LAST_SECOND: u64 = 253_402_300_799;

/// A clock that starts with the server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    start: Instant,
    scale: f64,
}

impl Clock {
    pub(crate) fn new(scale: f64) -> Self {
        Self {
            start: Instant::now(),
            scale: scale.max(f64::MIN_POSITIVE),
        }
    }

    /// The server's time since its start.
    pub(crate) fn now(&self) -> Duration {
        self.start.elapsed().mul_f64(self.scale)
    }

    /// Sleeps for this much of the server's time.
    pub(crate) fn sleep(&self, time: Duration) {
        thread::sleep(time.div_f64(self.scale));
    }

    /// Unix time in seconds; it is not scaled, because it only appears in texts.
    pub(crate) fn unix() -> u64 {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        now.unwrap_or_default().as_secs()
    }

    /// The date of HTTP this many seconds from now; negative for the past.
    pub(crate) fn date(seconds: i64) -> String {
        let unix = Self::unix().saturating_add_signed(seconds).min(LAST_SECOND);
        httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(unix))
    }
}
