//! The reader that libraries get of a file in memory.

use std::cell::Cell;
use std::io::{BufRead, Cursor, Read, Result, Seek, SeekFrom};
use std::rc::Rc;

/// A file in memory, of which is known how far it was read. Libraries compile their decoders again for each kind of
/// reader, so whatever reads a whole file gets this one.
pub(super) struct WholeFile<'a> {
    file: Cursor<&'a [u8]>,
    position: Position,
}

/// How far a file was read, in bytes.
pub(super) type Position = Rc<Cell<u64>>;

impl<'a> WholeFile<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            file: Cursor::new(bytes),
            position: Position::default(),
        }
    }

    /// How far the file is read, also after a library has taken it.
    pub(super) fn position(&self) -> Position {
        Rc::clone(&self.position)
    }

    fn was_read(&self) {
        self.position.set(self.file.position());
    }
}

impl Read for WholeFile<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let length = self.file.read(buffer)?;
        self.was_read();
        Ok(length)
    }

    // The default loops, and some decoders read a byte at a time.
    fn read_exact(&mut self, buffer: &mut [u8]) -> Result<()> {
        let result = self.file.read_exact(buffer);
        self.was_read();
        result
    }
}

impl BufRead for WholeFile<'_> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        self.file.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.file.consume(amount);
        self.was_read();
    }
}

impl Seek for WholeFile<'_> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.file.seek(to)
    }
}
