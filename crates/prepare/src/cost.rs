//! What preparing a picture cost: estimated memory, and measured time of each stage.

use std::time::Duration;

use crate::instant::Instant;

/// What preparing one picture took, whether it succeeded or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    /// Memory that was reserved for it, in bytes; `None` if its header was not read.
    pub memory: Option<u64>,
    /// Time of each stage.
    pub times: Times,
}

/// Time that each stage took; zero for one that was not reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Times {
    /// Waiting for memory.
    pub wait: Duration,
    /// Reading the encoded bytes.
    pub read: Duration,
    /// Recognising the format, reading its header, planning.
    pub probe: Duration,
    /// From encoded bytes to pixels.
    pub decode: Duration,
    /// Judging the pixels and choosing the frame, if it depends on pixels.
    pub frame: Duration,
    /// Cropping, resizing and turning upright.
    pub resize: Duration,
    /// Converting to opaque sRGB planes.
    pub convert: Duration,
    /// Searching for the best file under the cap.
    pub fit: Duration,
}

/// Measures the times of one picture, stage by stage.
#[derive(Debug)]
pub(crate) struct Clock {
    last: Instant,
    pub(crate) times: Times,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self {
            last: Instant::now(),
            times: Times::default(),
        }
    }

    /// Adds the time since the last lap to a stage.
    pub(crate) fn lap(&mut self, stage: impl FnOnce(&mut Times) -> &mut Duration) {
        let now = Instant::now();
        *stage(&mut self.times) += now.duration_since(self.last);
        self.last = now;
    }
}
