//! How much painting a drawing or a page takes: counted before anything is painted, because the renderers have no
//! limits of their own.

use crate::{Limit, LimitExceeded};

/// What painting takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Load {
    /// Most bytes at a time of all that is painted.
    pub(super) bytes: u64,
    /// Pixels that are painted, each time that one is.
    pub(super) work: u64,
    /// Most of them.
    pub(super) allowed: u64,
}

impl Load {
    /// Refuses what takes too long.
    pub(super) fn check(&self) -> Result<(), LimitExceeded> {
        match self.work > self.allowed {
            true => Err(LimitExceeded {
                limit: Limit::WorkOf("number of painted pixels"),
                found: self.work,
                allowed: self.allowed,
            }),
            false => Ok(()),
        }
    }
}
