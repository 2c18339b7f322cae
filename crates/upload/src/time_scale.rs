//! By which factor waits are shortened in a rehearsal.

use std::time::Duration;

/// A factor of at least 1; only rehearsals on this machine may use more than 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeScale(f64);

impl TimeScale {
    /// No shortening.
    pub const REAL: Self = Self(1.0);

    /// Shortens waits by this factor; a factor below 1 counts as 1.
    #[must_use]
    pub fn new(factor: f64) -> Self {
        Self(if factor.is_finite() {
            factor.max(1.0)
        } else {
            1.0
        })
    }

    /// How long a wait of `time` really takes at this speed.
    pub(crate) fn real(self, time: Duration) -> Duration {
        time.div_f64(self.0)
    }
}
