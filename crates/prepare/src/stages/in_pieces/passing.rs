//! A file that is read once from start to end, piece by piece.

use std::fs::File;
use std::io::{self, BufRead, ErrorKind, Read, Seek, SeekFrom};

use crate::memory::watch::Watch;
use crate::pixels::outline::Outline;

/// Bytes that are read at a time. They stay in the cache of the processor until they are used.
pub(super) const PIECE: usize = 1 << 18;

/// Reads the file, shows its bytes to who follows it, and compares them with what was known.
pub(super) struct Passing<'a> {
    file: &'a File,
    known: &'a Outline,
    watch: &'a mut dyn Watch,
    piece: Vec<u8>,
    /// The part of the piece that is not used yet.
    start: usize,
    end: usize,
    /// Bytes of the file that were read.
    read: u64,
    /// Why it cannot be read further. Decoders may report it as something else.
    failure: Option<io::Error>,
}

impl<'a> Passing<'a> {
    pub(super) fn new(known: &'a Outline, watch: &'a mut dyn Watch) -> io::Result<Self> {
        let mut file = known.file();
        file.seek(SeekFrom::Start(0))?;
        Ok(Self {
            file,
            known,
            watch,
            piece: vec![0; PIECE],
            start: 0,
            end: 0,
            read: 0,
            failure: None,
        })
    }

    /// An error if the file could not be read, or changed, as far as it was read.
    pub(super) fn stop(self) -> io::Result<()> {
        self.failure.map_or(Ok(()), Err)
    }

    /// Reads the rest, and returns who followed it; an error if the file could not be read, or changed.
    pub(super) fn finish(mut self) -> io::Result<&'a mut dyn Watch> {
        while self.fill_buf().is_ok_and(|piece| !piece.is_empty()) {
            self.start = self.end;
        }
        self.failure.map_or(Ok(self.watch), Err)
    }

    /// Bytes of the whole file.
    pub(super) fn length(&self) -> u64 {
        self.known.length()
    }

    /// Reads bytes from `at` on that were read before. They are not shown again.
    pub(super) fn read_again(&mut self, at: u64, to: &mut [u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(at))?;
        let read = self.file.read_exact(to);
        self.file.seek(SeekFrom::Start(self.read))?;
        read.map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => changed(),
            _ => error,
        })
    }

    /// Ends reading with this error, unless there was one before.
    pub(super) fn fail(&mut self, error: io::Error) {
        self.failure.get_or_insert(error);
    }

    /// Reads the next piece. Only the last one is shorter than the others.
    fn next(&mut self) -> io::Result<()> {
        let mut length = 0;
        while let Some(rest) = self.piece.get_mut(length..).filter(|it| !it.is_empty()) {
            match self.file.read(rest) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(0) => break,
                read => length += read?,
            }
        }
        let piece = self.piece.get(..length).unwrap_or_default();
        if !self.known.agrees(piece, self.read) {
            return Err(changed());
        }
        self.watch.takes_piece(piece);
        self.read += length as u64;
        (self.start, self.end) = (0, length);
        Ok(())
    }
}

impl Read for Passing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Passing<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end && self.failure.is_none() {
            (self.start, self.end) = (0, 0);
            self.failure = self.next().err();
        }
        match &self.failure {
            Some(_) => Err(ErrorKind::Other.into()),
            None => Ok(self.piece.get(self.start..self.end).unwrap_or_default()),
        }
    }

    fn consume(&mut self, amount: usize) {
        self.start = self.end.min(self.start + amount);
    }
}

/// The error for a file that is not the same as before.
pub(super) fn changed() -> io::Error {
    io::Error::other("the file changed while it was read")
}
