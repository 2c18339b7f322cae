//! The memory for bodies: all that may be used, and how far requests run ahead of the workers.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Permits are units of this many bytes.
const UNIT: u64 = 64 << 10;

/// The most that one body counts of what may be fetched ahead, so that several large bodies can be
/// on their way at once: a single connection can be slow.
const MOST_OF_AHEAD: u64 = 16 << 20;

/// The memory for bodies.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    memory: Units,
    ahead: Units,
}

/// The share of one body, until it is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    memory: OwnedSemaphorePermit,
    _ahead: OwnedSemaphorePermit,
}

impl Room {
    /// Room for `memory` bytes of bodies, of which about `ahead` are fetched before they are needed.
    pub(crate) fn new(memory: u64, ahead: u64) -> Self {
        Self {
            memory: Units::new(memory),
            ahead: Units::new(ahead.min(memory)),
        }
    }

    /// Waits for room. What is larger than all of it gets all of it, and is alone.
    pub(crate) async fn take(&self, bytes: u64) -> Option<Share> {
        // Who has memory never waits for the other, so that neither waits forever.
        let ahead = self.ahead.take(bytes.min(MOST_OF_AHEAD)).await?;
        Some(Share {
            memory: self.memory.take(bytes).await?,
            _ahead: ahead,
        })
    }

    /// Takes what a share lacks for this many bytes, without waiting. Returns false if others have it.
    pub(crate) fn grow(&self, share: &mut Option<Share>, bytes: u64) -> bool {
        let Some(share) = share else {
            return false;
        };
        let lacks = self.memory.count(bytes);
        let lacks = u64::from(lacks).saturating_sub(share.memory.num_permits() as u64);
        let Some(lacks) = u32::try_from(lacks).ok().filter(|lacks| *lacks > 0) else {
            return true;
        };
        let more = Arc::clone(&self.memory.semaphore).try_acquire_many_owned(lacks);
        more.map(|more| share.memory.merge(more)).is_ok()
    }
}

/// A number of bytes that are granted.
#[derive(Debug, Clone)]
struct Units {
    semaphore: Arc<Semaphore>,
    all: u32,
}

impl Units {
    fn new(bytes: u64) -> Self {
        let all = u32::try_from(bytes / UNIT).unwrap_or(u32::MAX);
        let all = all.clamp(1, (Semaphore::MAX_PERMITS as u64).min(1 << 30) as u32);
        Self {
            semaphore: Arc::new(Semaphore::new(all as usize)),
            all,
        }
    }

    async fn take(&self, bytes: u64) -> Option<OwnedSemaphorePermit> {
        let semaphore = Arc::clone(&self.semaphore);
        semaphore.acquire_many_owned(self.count(bytes)).await.ok()
    }

    fn count(&self, bytes: u64) -> u32 {
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX);
        units.clamp(1, self.all)
    }
}
