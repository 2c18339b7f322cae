//! What is known of a picture before any pixel is decoded.

use crate::{MemoryNeeded, Plan, Probe};

/// What a picture's header says and what would be made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// What the header says.
    pub probe: Probe,
    /// What would be done.
    pub plan: Plan,
    /// What it would take.
    pub memory: MemoryNeeded,
}
