//! A picture's way to the memory that it needs: wait for it in turn, read and prepare within it.
//! What is lent to whom is [`Budget`](crate::Budget)'s business, how much is needed [`Plan`](crate::Plan)'s.

use std::io;
use std::sync::atomic::AtomicBool;

use avatar_jpeg::{Fitter, Scratch};

use crate::cost::Clock;
use crate::source::Encoded;
use crate::{Avatar, Cost, Error, LimitExceeded, Permit, Preparer, Source};

/// Memory of a kind that is kept from one picture to the next, in bytes; what is larger is
/// returned, so that one giant does not weigh on the rest of a batch.
pub(crate) const KEPT: usize = 1 << 20;

/// Who follows a picture on its way.
pub(crate) trait Watch {
    /// Memory was lent, and work begins.
    fn begins(&mut self, permit: &Permit);
    /// It was too little, and the picture waits for more.
    fn waits(&mut self);
    /// The encoded bytes were read.
    fn read(&mut self, shown: Shown<'_>);
}

/// Encoded bytes, to look at.
pub(crate) enum Shown<'a> {
    /// The source's own.
    Source,
    /// Read from a file; they must be in place again afterwards.
    Buffer(&'a mut Vec<u8>),
}

/// Nobody.
impl Watch for () {
    fn begins(&mut self, _: &Permit) {}
    fn waits(&mut self) {}
    fn read(&mut self, _: Shown<'_>) {}
}

/// Why a picture did not come to its end.
#[derive(Debug)]
pub(crate) enum Halt {
    Failed(Error),
    /// It needs so many bytes, more than are free.
    Short(u64),
    /// The run was stopped while it waited.
    Stopped,
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<LimitExceeded> for Halt {
    fn from(error: LimitExceeded) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Halt> for Error {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Failed(error) => error,
            Halt::Short(_) | Halt::Stopped => Self::Io(io::ErrorKind::Interrupted.into()),
        }
    }
}

impl Preparer {
    /// Prepares one encoded picture of any format.
    ///
    /// # Errors
    /// Every variant of [`Error`] but [`Error::Io`]; nothing is kept of a failed picture.
    pub fn prepare(&mut self, bytes: &[u8]) -> Result<Avatar, Error> {
        let (_permit, result) = self.serve(Encoded::Bytes(bytes), &mut (), &AtomicBool::new(false));
        Ok(result?)
    }

    /// Reads and prepares one source.
    ///
    /// # Errors
    /// Every variant of [`Error`].
    pub fn prepare_source(&mut self, source: &Source) -> Result<Avatar, Error> {
        let (_permit, result) = self.serve(source.encoded(), &mut (), &AtomicBool::new(false));
        Ok(result?)
    }

    /// What the last picture took.
    #[must_use]
    pub fn cost(&self) -> Cost {
        Cost {
            memory: self.needed,
            times: self.clock.times,
        }
    }

    /// Prepares what is encoded, after showing the bytes; the permit covers the result, too. Once `stop` is true, nothing
    /// that still waits for memory is started.
    pub(crate) fn serve(
        &mut self,
        encoded: Encoded<'_>,
        watch: &mut dyn Watch,
        stop: &AtomicBool,
    ) -> (Permit, Result<Avatar, Halt>) {
        (self.clock, self.needed) = (Clock::start(), None);
        let mut permit = self.budget.nothing();
        let result = self.attempts(encoded, watch, &mut permit, stop);
        (permit, result)
    }

    /// Reads within a permit for the file's length, which grows where there is room. Where there
    /// is none, everything is given back and the picture waits for the whole of what it needs:
    /// nobody holds memory while waiting, so nobody waits forever.
    fn attempts(
        &mut self,
        encoded: Encoded<'_>,
        watch: &mut dyn Watch,
        permit: &mut Permit,
        stop: &AtomicBool,
    ) -> Result<Avatar, Halt> {
        let length = encoded.length(&self.limits)?;
        // What does not tell its length, like a pipe, cannot be read again: it has the whole budget.
        let mut wanted = length.unwrap_or(self.budget.bytes());
        loop {
            *permit = self.wait(wanted, stop)?;
            watch.begins(permit);
            match self.attempt(encoded, watch, permit) {
                Err(Halt::Short(bytes)) => wanted = bytes,
                done => return done,
            }
            watch.waits();
            *permit = self.budget.nothing();
        }
    }

    fn wait(&mut self, bytes: u64, stop: &AtomicBool) -> Result<Permit, Halt> {
        if let Some(permit) = self.budget.try_take(bytes)? {
            return Ok(permit);
        }
        self.return_memory();
        let permit = self.budget.take_unless(bytes, stop)?;
        self.clock.lap(|times| &mut times.wait);
        permit.ok_or(Halt::Stopped)
    }

    fn attempt(
        &mut self,
        encoded: Encoded<'_>,
        watch: &mut dyn Watch,
        permit: &mut Permit,
    ) -> Result<Avatar, Halt> {
        let mut buffer = std::mem::take(&mut self.encoded);
        let read = encoded.read(&self.limits, permit.bytes(), &mut buffer);
        let read = read.map(|bytes| bytes.is_some());
        if let Ok(true) = read {
            watch.read(match encoded {
                Encoded::Path(_) => Shown::Buffer(&mut buffer),
                Encoded::Bytes(_) => Shown::Source,
            });
        }
        self.clock.lap(|times| &mut times.read);
        let bytes = match encoded {
            Encoded::Path(_) => &buffer[..],
            Encoded::Bytes(bytes) => bytes,
        };
        let avatar = match read {
            Ok(true) => self.guarded(|preparer| preparer.road(bytes, permit)),
            // It is longer than it said.
            Ok(false) => Err(self.short(self.budget.bytes(), permit)),
            Err(error) => Err(error.into()),
        };
        self.keep(buffer);
        if self.resizer.size_of_internal_buffers() > KEPT {
            self.resizer.reset_internal_buffers();
        }
        avatar
    }

    /// Lets the picture go on if its permit can be made `bytes`, of which `held` are in use already.
    pub(crate) fn admit(
        &mut self,
        bytes: u64,
        held: usize,
        permit: &mut Permit,
    ) -> Result<(), Halt> {
        self.needed = Some(bytes);
        if permit.resize(bytes) {
            return Ok(ask(bytes.saturating_sub(held as u64))?);
        }
        Err(self.short(bytes, permit))
    }

    /// What waiting for `bytes` would come to.
    fn short(&self, bytes: u64, permit: &Permit) -> Halt {
        if bytes > self.budget.bytes() || permit.bytes() == self.budget.bytes() {
            return self
                .budget
                .exceeded(bytes.max(permit.bytes().saturating_add(1)))
                .into();
        }
        Halt::Short(bytes)
    }

    /// Keeps the buffer for the next picture, unless it is large.
    pub(crate) fn keep(&mut self, buffer: Vec<u8>) {
        if buffer.capacity() <= KEPT {
            self.encoded = buffer;
        }
    }

    /// Returns all scratch memory.
    pub(crate) fn return_memory(&mut self) {
        self.encoded = Vec::new();
        self.scratch = Scratch::new();
        self.fitter = Fitter::new();
        self.resizer.reset_internal_buffers();
    }
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
