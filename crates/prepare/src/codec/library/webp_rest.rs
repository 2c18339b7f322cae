//! Notices what is left of a lossless WebP frame when its pixels are complete, which the library
//! passes over.

use std::cell::Cell;
use std::io::{BufRead, Cursor, Read, Result, Seek, SeekFrom};
use std::rc::Rc;

use super::webp::chunks;

/// A file of which is known how far it was read.
pub(super) struct Counted<'a> {
    file: Cursor<&'a [u8]>,
    position: Position,
}

/// How far a file was read, in bytes.
pub(super) type Position = Rc<Cell<u64>>;

impl<'a> Counted<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> (Self, Position) {
        let position = Position::default();
        let file = Cursor::new(bytes);
        let counted = Self {
            file,
            position: Rc::clone(&position),
        };
        (counted, position)
    }
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let length = self.file.read(buffer)?;
        self.position.set(self.file.position());
        Ok(length)
    }
}

impl BufRead for Counted<'_> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        self.file.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.file.consume(amount);
        self.position.set(self.file.position());
    }
}

impl Seek for Counted<'_> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.file.seek(to)
    }
}

/// Whether more than padding is left of the first lossless frame, after it was read up to there.
pub(super) fn has_rest(bytes: &[u8], read: u64) -> bool {
    let mut end = None;
    for (name, content) in chunks(bytes.get(12..)) {
        let frame = match name {
            b"VP8L" => Some(content),
            b"ANMF" => {
                let mut parts = chunks(content.get(16..));
                parts
                    .find(|(name, _)| *name == b"VP8L")
                    .map(|(_, frame)| frame)
            }
            b"VP8 " => return false,
            _ => continue,
        };
        // Both slices are of the same file.
        end = frame.map(|frame| frame.as_ptr_range().end.addr() - bytes.as_ptr().addr());
        break;
    }
    end.is_some_and(|end| read + 2 < end as u64)
}
