//! How a picture gets the memory that it needs: it waits its turn, and its permit grows within the
//! budget. [`Budget`](crate::Budget) grants memory, and `footprint` estimates how much is needed.

use std::io;
use std::sync::atomic::AtomicBool;

use crate::{Budget, Error, LimitExceeded, Permit};

/// Largest buffer that is kept from one picture to the next, in bytes. Larger ones are freed, so
/// that one very large picture does not cost memory for the rest of a batch.
pub(crate) const KEPT: usize = 1 << 20;

/// Why a picture was not finished.
#[derive(Debug)]
pub(crate) enum Interrupted {
    Failed(Error),
    /// It needs this many bytes, more than are free.
    Short(u64),
    /// The run was stopped while it waited.
    Stopped,
}

impl From<Error> for Interrupted {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<LimitExceeded> for Interrupted {
    fn from(error: LimitExceeded) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Interrupted> for Error {
    fn from(interrupted: Interrupted) -> Self {
        match interrupted {
            Interrupted::Failed(error) => error,
            Interrupted::Short(_) | Interrupted::Stopped => {
                Self::Io(io::ErrorKind::Interrupted.into())
            }
        }
    }
}

/// The memory that the pictures of one preparer are granted, one after the other.
pub(crate) struct Admission {
    pub(crate) budget: Budget,
    /// Memory that the last picture needed, in bytes, if its header was read.
    pub(crate) needed: Option<u64>,
    /// Bytes that stay in memory for other results of the same source: kept pixels, finished results.
    pub(crate) besides: u64,
    /// Bytes that the permit of the current source keeps in any case.
    pub(crate) floor: u64,
}

impl Admission {
    pub(crate) fn new(budget: Budget) -> Self {
        Self {
            budget,
            needed: None,
            besides: 0,
            floor: 0,
        }
    }

    /// Lets the picture go on if its permit can grow to the `bytes` that it needs itself and to what is
    /// kept besides. `held` bytes of these are in use already.
    pub(crate) fn admit(
        &mut self,
        bytes: u64,
        held: usize,
        permit: &mut Permit,
    ) -> Result<(), Interrupted> {
        let bytes = bytes.saturating_add(self.besides).max(self.floor);
        self.needed = Some(bytes.max(self.needed.unwrap_or(0)));
        admit(&self.budget, bytes, held, permit)
    }
}

/// Takes `bytes` from the budget. If they are not free, calls `before_waiting` and waits its turn.
pub(crate) fn wait(
    budget: &Budget,
    bytes: u64,
    stop: &AtomicBool,
    before_waiting: impl FnOnce(),
) -> Result<Permit, Interrupted> {
    if let Some(permit) = budget.try_take(bytes)? {
        return Ok(permit);
    }
    before_waiting();
    budget.take_unless(bytes, stop)?.ok_or(Interrupted::Stopped)
}

/// Lets the picture go on if its permit can grow to `bytes`, of which `held` are in use already.
pub(crate) fn admit(
    budget: &Budget,
    bytes: u64,
    held: usize,
    permit: &mut Permit,
) -> Result<(), Interrupted> {
    if permit.resize(bytes) {
        return Ok(ask(bytes.saturating_sub(held as u64))?);
    }
    Err(short(budget, bytes, permit))
}

/// The result of needing `bytes` that are not free: an error if the budget is too small, otherwise
/// a wait.
pub(crate) fn short(budget: &Budget, bytes: u64, permit: &Permit) -> Interrupted {
    if bytes > budget.bytes() || permit.bytes() == budget.bytes() {
        return budget
            .exceeded(bytes.max(permit.bytes().saturating_add(1)))
            .into();
    }
    Interrupted::Short(bytes)
}

/// Requests of at least this many bytes are tried in advance. Smaller ones are hardly ever refused,
/// and trying them would change how common allocators treat later blocks.
const ASKED: u64 = 256 << 20;

/// Asks the system for all further memory of a large picture at once, and frees it again. A refusal
/// here is an error of that picture; inside a decoder it would end the process.
fn ask(bytes: u64) -> Result<(), Error> {
    if bytes < ASKED {
        return Ok(());
    }
    let refused = Error::OutOfMemory { bytes };
    // A little less, because this process itself is in memory already.
    let Ok(length) = usize::try_from(bytes - (KEPT as u64)) else {
        return Err(refused);
    };
    Vec::<u8>::new()
        .try_reserve_exact(length)
        .map_err(|_| refused)
}
