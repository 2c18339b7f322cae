//! The reader that libraries get of a file.

use std::cell::Cell;
use std::io::{BufRead, Cursor, ErrorKind, Read, Result, Seek, SeekFrom};
use std::rc::Rc;

/// A file of which is known how far it was read. Libraries compile their decoders again for each kind of
/// reader, so whatever reads a whole file gets this one.
pub(super) struct WholeFile<'a> {
    file: Bytes<'a>,
    position: Position,
    /// Bits that are read as set, and the place of their byte.
    bits: (u64, u8),
}

/// Where its bytes are.
enum Bytes<'a> {
    Memory(Cursor<&'a [u8]>),
    /// In a file that is read once, from its start, and how many of them were used.
    InOrder(&'a mut dyn BufRead, u64),
}

/// How far a file was read, in bytes.
pub(super) type Position = Rc<Cell<u64>>;

impl<'a> WholeFile<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self::of(Bytes::Memory(Cursor::new(bytes)))
    }

    /// A file that is read from its start; a library cannot seek in it.
    pub(super) fn in_order(file: &'a mut dyn BufRead) -> Self {
        Self::of(Bytes::InOrder(file, 0))
    }

    fn of(file: Bytes<'a>) -> Self {
        Self {
            file,
            position: Position::default(),
            bits: (0, 0),
        }
    }

    /// The same file with some bits of a byte set, unless a library reads it through its buffer.
    pub(super) fn with_bits(self, at: u64, bits: u8) -> Self {
        Self {
            bits: (at, bits),
            ..self
        }
    }

    /// How far the file is read, also after a library has taken it.
    pub(super) fn position(&self) -> Position {
        Rc::clone(&self.position)
    }

    fn was_read(&self) {
        self.position.set(self.at());
    }

    fn at(&self) -> u64 {
        match &self.file {
            Bytes::Memory(file) => file.position(),
            Bytes::InOrder(_, at) => *at,
        }
    }

    /// Sets the bits in what was read from `start` on.
    fn set_bits(&self, start: u64, read: &mut [u8]) {
        let (at, bits) = self.bits;
        let place = at.checked_sub(start).filter(|_| bits != 0);
        let byte = place.and_then(|place| read.get_mut(usize::try_from(place).ok()?));
        if let Some(byte) = byte {
            *byte |= bits;
        }
    }
}

impl Read for WholeFile<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let start = self.at();
        let length = match &mut self.file {
            Bytes::Memory(file) => file.read(buffer)?,
            Bytes::InOrder(file, at) => {
                let length = file.read(buffer)?;
                *at += length as u64;
                length
            }
        };
        self.was_read();
        self.set_bits(start, buffer.get_mut(..length).unwrap_or_default());
        Ok(length)
    }

    // The default loops, and some decoders read a byte at a time.
    fn read_exact(&mut self, buffer: &mut [u8]) -> Result<()> {
        let start = self.at();
        let result = match &mut self.file {
            Bytes::Memory(file) => file.read_exact(buffer),
            Bytes::InOrder(file, at) => {
                *at += buffer.len() as u64;
                file.read_exact(buffer)
            }
        };
        self.was_read();
        if result.is_ok() {
            self.set_bits(start, buffer);
        }
        result
    }
}

impl BufRead for WholeFile<'_> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        match &mut self.file {
            Bytes::Memory(file) => file.fill_buf(),
            Bytes::InOrder(file, _) => file.fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        match &mut self.file {
            Bytes::Memory(file) => file.consume(amount),
            Bytes::InOrder(file, at) => {
                *at += amount as u64;
                file.consume(amount);
            }
        }
        self.was_read();
    }
}

impl Seek for WholeFile<'_> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let at = self.at();
        match &mut self.file {
            Bytes::Memory(file) => file.seek(to),
            // Only what asks for the place is needed.
            Bytes::InOrder(..) if to == SeekFrom::Current(0) || to == SeekFrom::Start(at) => Ok(at),
            Bytes::InOrder(..) => Err(ErrorKind::Unsupported.into()),
        }
    }
}
