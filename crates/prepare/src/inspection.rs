//! What is known about a picture before it is prepared.

use crate::{Frame, MemoryNeeded, Note, Plan, Probe};

/// What a picture's header says and what would be made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// What the header says.
    pub probe: Probe,
    /// What would be done to it.
    pub plan: Plan,
    /// Which part of the picture the square would show, and why.
    pub frame: Frame,
    /// The notes that are already known before the pixels are converted and encoded.
    pub notes: Vec<Note>,
    /// The memory that it would need. A large file that is read in pieces needs its length besides if its pixels
    /// turn out to be damaged, or their alpha to be zero everywhere.
    pub memory: MemoryNeeded,
}
