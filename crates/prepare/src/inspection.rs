//! What is known of a picture before any pixel is decoded.

use crate::{Frame, MemoryNeeded, Plan, Probe};

/// What a picture's header says and what would be made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// What the header says.
    pub probe: Probe,
    /// What would be done.
    pub plan: Plan,
    /// What of the picture the square would show, and why.
    pub frame: Frame,
    /// What it would take.
    pub memory: MemoryNeeded,
}
