//! A picture's way to the memory that it needs: wait for it in turn, and grow within the budget.
//! What is lent to whom is [`Budget`](crate::Budget)'s business, how much is needed `footprint`'s.

use std::io;
use std::sync::atomic::AtomicBool;

use crate::{Budget, Error, LimitExceeded, Permit};

/// Memory of a kind that is kept from one picture to the next, in bytes; what is larger is
/// returned, so that one giant does not weigh on the rest of a batch.
pub(crate) const KEPT: usize = 1 << 20;

/// Why a picture was not finished.
#[derive(Debug)]
pub(crate) enum Interrupted {
    Failed(Error),
    /// It needs so many bytes, more than are free.
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
    fn from(halt: Interrupted) -> Self {
        match halt {
            Interrupted::Failed(error) => error,
            Interrupted::Short(_) | Interrupted::Stopped => {
                Self::Io(io::ErrorKind::Interrupted.into())
            }
        }
    }
}

/// Takes `bytes` from the budget; where they are not free, calls `before_waiting` and waits in turn.
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

/// Lets the picture go on if its permit can be made `bytes`, of which `held` are in use already.
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

/// What waiting for `bytes` would come to.
pub(crate) fn short(budget: &Budget, bytes: u64, permit: &Permit) -> Interrupted {
    if bytes > budget.bytes() || permit.bytes() == budget.bytes() {
        return budget
            .exceeded(bytes.max(permit.bytes().saturating_add(1)))
            .into();
    }
    Interrupted::Short(bytes)
}

/// Memory that is asked for in advance, in bytes. Less is hardly ever refused, and asking for it would
/// change how common allocators treat the blocks that follow.
const ASKED: u64 = 256 << 20;

/// Asks the system for all further memory of a large picture at once, and returns it: a refusal is that
/// picture's error, while one in the middle of a decoder would end the process.
fn ask(bytes: u64) -> Result<(), Error> {
    if bytes < ASKED {
        return Ok(());
    }
    let refused = Error::OutOfMemory { bytes };
    // A little less, since what asks is in memory, too.
    let Ok(length) = usize::try_from(bytes - (KEPT as u64)) else {
        return Err(refused);
    };
    Vec::<u8>::new()
        .try_reserve_exact(length)
        .map_err(|_| refused)
}
