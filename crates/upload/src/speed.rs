//! How fast time runs: as in the world, or faster in a rehearsal.

use std::time::Duration;

/// A factor of at least one; only rehearsals on this machine may use more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Speed(f64);

impl Speed {
    /// The world's.
    pub const REAL: Self = Self(1.0);

    /// So many times faster; factors below one are one.
    #[must_use]
    pub fn new(factor: f64) -> Self {
        Self(if factor.is_finite() {
            factor.max(1.0)
        } else {
            1.0
        })
    }

    /// How long that takes here.
    pub(crate) fn real(self, time: Duration) -> Duration {
        time.div_f64(self.0)
    }
}
