//! A memory budget shared by all pictures in flight; each holds a permit.
//! [`MemoryNeeded`](crate::MemoryNeeded) says how much a picture takes.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::{Limit, LimitExceeded};

/// The bytes that all pictures in flight may use together; clones share one budget.
///
/// Requests are served in order. So a very large picture gets its memory too: requests after it
/// wait until it has started.
///
/// ```
/// use avatar_prepare::Budget;
///
/// let budget = Budget::new(512 << 20);
/// let permit = budget.take(300 << 20)?; // waits for room
/// assert!(budget.try_take(300 << 20)?.is_none()); // there is none now
/// drop(permit);
/// assert!(budget.try_take(300 << 20)?.is_some());
/// assert!(budget.take(513 << 20).is_err()); // there never will be
/// # Ok::<(), avatar_prepare::LimitExceeded>(())
/// ```
#[derive(Debug, Clone)]
pub struct Budget {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    bytes: u64,
    queue: Mutex<QueueState>,
    changed: Condvar,
}

#[derive(Debug)]
struct QueueState {
    free: u64,
    /// Waiting requests in order, by numbers that are never used twice.
    waiting: VecDeque<u64>,
    next_number: u64,
}

impl Budget {
    /// A budget of this many bytes.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        let queue = QueueState {
            free: bytes,
            waiting: VecDeque::new(),
            next_number: 0,
        };
        let shared = Shared {
            bytes,
            queue: Mutex::new(queue),
            changed: Condvar::new(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// A budget without a limit.
    #[must_use]
    pub fn unlimited() -> Self {
        Self::new(u64::MAX)
    }

    /// All bytes, in use or not.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.shared.bytes
    }

    /// Waits its turn until `bytes` are free. A caller that already holds a permit must not wait
    /// for another one: two such callers could wait for each other.
    ///
    /// # Errors
    /// [`Limit::Memory`] at once if `bytes` are more than the whole budget.
    pub fn take(&self, bytes: u64) -> Result<Permit, LimitExceeded> {
        let never = AtomicBool::new(false);
        let permit = self.take_unless(bytes, &never)?;
        // Without a flag to stop it, the wait always ends with a permit.
        permit.ok_or_else(|| self.exceeded(bytes))
    }

    /// Takes `bytes` if they are free and no request is waiting.
    ///
    /// # Errors
    /// [`Limit::Memory`] if `bytes` are more than the whole budget.
    pub fn try_take(&self, bytes: u64) -> Result<Option<Permit>, LimitExceeded> {
        self.check(bytes)?;
        let mut queue = self.shared.queue();
        if !queue.waiting.is_empty() || queue.free < bytes {
            return Ok(None);
        }
        Ok(Some(self.grant(&mut queue, bytes)))
    }

    /// As [`take`](Self::take), but gives up once `stop` is true, which is checked whenever a
    /// permit is returned.
    pub(crate) fn take_unless(
        &self,
        bytes: u64,
        stop: &AtomicBool,
    ) -> Result<Option<Permit>, LimitExceeded> {
        self.check(bytes)?;
        let mut queue = self.shared.queue();
        let number = queue.enter();
        let waits = |queue: &mut QueueState| {
            let is_first = queue.waiting.front() == Some(&number);
            !(stop.load(Ordering::Relaxed) || is_first && queue.free >= bytes)
        };
        queue = self
            .shared
            .changed
            .wait_while(queue, waits)
            .unwrap_or_else(PoisonError::into_inner);
        queue.waiting.retain(|waiting| *waiting != number);
        self.shared.tell(&queue);
        if queue.free < bytes || stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        Ok(Some(self.grant(&mut queue, bytes)))
    }

    /// A permit for zero bytes, which can grow.
    pub(crate) fn nothing(&self) -> Permit {
        let budget = self.clone();
        let bytes = Arc::default();
        Permit { budget, bytes }
    }

    fn grant(&self, queue: &mut QueueState, bytes: u64) -> Permit {
        queue.free -= bytes;
        let budget = self.clone();
        let bytes = Arc::new(AtomicU64::new(bytes));
        Permit { budget, bytes }
    }

    /// Refuses `bytes` that are more than the whole budget.
    pub(crate) fn check(&self, bytes: u64) -> Result<(), LimitExceeded> {
        if bytes > self.bytes() {
            return Err(self.exceeded(bytes));
        }
        Ok(())
    }

    /// The error for a picture that needs `found` bytes.
    pub(crate) fn exceeded(&self, found: u64) -> LimitExceeded {
        LimitExceeded {
            limit: Limit::Memory,
            found,
            allowed: self.bytes(),
        }
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, QueueState> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes those that wait, because something changed. Without any, a call of the system is saved, which
    /// shows in a run over small pictures.
    fn tell(&self, queue: &QueueState) {
        if !queue.waiting.is_empty() {
            self.changed.notify_all();
        }
    }
}

impl QueueState {
    fn enter(&mut self) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        self.waiting.push_back(number);
        number
    }
}

/// Bytes granted by a [`Budget`]; they are given back when the permit is dropped.
#[derive(Debug)]
#[must_use = "the bytes return at once"]
pub struct Permit {
    budget: Budget,
    /// Changed only while the queue is locked.
    bytes: Arc<AtomicU64>,
}

impl Permit {
    /// The number of bytes that may be used.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Changes the permit to `bytes` without waiting; returns false and changes nothing if they are
    /// not free. Growing overtakes waiting requests, but only pictures that have started can grow,
    /// and each of them ends.
    pub(crate) fn resize(&mut self, bytes: u64) -> bool {
        let mut queue = self.budget.shared.queue();
        let free = queue.free + self.bytes();
        if free < bytes {
            return false;
        }
        queue.free = free - bytes;
        self.bytes.store(bytes, Ordering::Relaxed);
        self.budget.shared.tell(&queue);
        true
    }
}

impl Permit {
    /// A handle with which somebody else can give the bytes back on behalf of the holder.
    pub(crate) fn loan(&self) -> Loan {
        let (budget, bytes) = (self.budget.clone(), Arc::clone(&self.bytes));
        Loan { budget, bytes }
    }
}

/// A handle to the bytes of another thread's permit.
pub(crate) struct Loan {
    budget: Budget,
    bytes: Arc<AtomicU64>,
}

impl Loan {
    /// Gives the bytes back; the permit is then for zero bytes.
    pub(crate) fn give_back(&self) {
        let mut queue = self.budget.shared.queue();
        queue.free += self.bytes.swap(0, Ordering::Relaxed);
        self.budget.shared.tell(&queue);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.resize(0);
    }
}
