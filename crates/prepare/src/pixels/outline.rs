//! What of a large file is read before its pixels: its outline, which the codecs open in place of the file.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;

use crate::pixels::in_order::not_in_order;

/// Most bytes of parts that are joined.
const MOST: u64 = 1 << 20;
/// The same of both ends of a file and what is between its pixels, with all of the pages that they take a part of:
/// a gap between two strips takes at least one page.
const MOST_AROUND: u64 = 3 << 19;
/// Bytes of the start and of the end of a file in which its header is searched.
const EDGE: u64 = 1 << 18;
/// Shortest gap between pixels that is read: a shorter one only fills up words, as TIFF asks for.
const LEAST_GAP: u64 = 2;
/// The usual size of a page of memory, in bytes.
const PAGE: u64 = 4096;
/// Bytes that are read at a time to find what follows one another.
const PIECE: usize = 1 << 16;

/// A file, and what of it is known before its pixels are read.
pub(crate) struct Outline {
    file: File,
    length: u64,
    /// Parts of the file, joined to another file with the same header. Or all of them where they are in the file, with
    /// zeros in place of the rest: for files that say where things are by their places.
    pub(crate) bytes: Vec<u8>,
    /// How many of the bytes the codecs open, if not all.
    opened: Option<usize>,
    /// What of the file is in the bytes as it is: where it is in the file, and where it begins in the bytes.
    pub(crate) parts: Vec<(Range<u64>, usize)>,
    is_in_place: bool,
    /// How many bytes may still be read.
    room: u64,
}

impl Outline {
    /// Nothing of a file of this length. Parts will be joined.
    pub(crate) fn new(file: File, length: u64) -> Self {
        Self {
            file,
            length,
            bytes: Vec::new(),
            opened: None,
            parts: Vec::new(),
            is_in_place: false,
            room: MOST,
        }
    }

    /// Puts all parts where they are in the file, `most` bytes with all of the pages that they take a part of. Pages of
    /// zeros are never touched and so take no memory.
    pub(crate) fn put_in_place(&mut self, most: u64) -> io::Result<()> {
        self.bytes = zeros(self.length).ok_or(ErrorKind::OutOfMemory)?;
        (self.is_in_place, self.room) = (true, most);
        Ok(())
    }

    /// Bytes of the file.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// The file, at any place.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// What the codecs open in place of the file.
    pub(crate) fn opened(&self) -> &[u8] {
        let opened = self.opened.unwrap_or(self.bytes.len());
        self.bytes.get(..opened).unwrap_or_default()
    }

    /// Adds a part of the file as it is; an error if it is not there, or if that is too much.
    pub(crate) fn keep(&mut self, part: Range<u64>) -> io::Result<()> {
        let length = part.end.checked_sub(part.start).ok_or_else(not_in_order)?;
        let (place, taken) = match self.is_in_place {
            true => {
                let end = part.end.checked_next_multiple_of(PAGE);
                let taken = end.map(|end| end - part.start / PAGE * PAGE);
                (part.start as usize, taken)
            }
            false => (self.bytes.len(), Some(length)),
        };
        let room = taken.and_then(|taken| self.room.checked_sub(taken));
        self.room = room.ok_or_else(not_in_order)?;
        if !self.is_in_place {
            self.bytes.resize(place + length as usize, 0);
        }
        let bytes = self.bytes.get_mut(place..);
        let bytes = bytes.and_then(|bytes| bytes.get_mut(..length as usize));
        (&self.file).seek(SeekFrom::Start(part.start))?;
        (&self.file).read_exact(bytes.ok_or(ErrorKind::UnexpectedEof)?)?;
        self.parts.push((part, place));
        Ok(())
    }

    /// Adds a part, behind all others, that codecs do not open: it is only compared with the file when that is read.
    pub(crate) fn compare(&mut self, part: Range<u64>) -> io::Result<()> {
        self.opened.get_or_insert(self.bytes.len());
        self.keep(part)
    }

    /// Bytes of the file that are not kept.
    pub(crate) fn read<const N: usize>(&self, at: u64) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        (&self.file).seek(SeekFrom::Start(at))?;
        (&self.file).read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// The file from this place on. Until it is read, nothing else can be.
    pub(crate) fn reader(&self, at: u64) -> io::Result<BufReader<&File>> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(at))?;
        Ok(BufReader::with_capacity(PIECE, file))
    }

    /// Both ends of a file whose pixels are in few places, which a codec finds with them.
    pub(crate) fn keep_ends(&mut self) -> io::Result<()> {
        self.put_in_place(MOST_AROUND)?;
        self.keep(0..EDGE)?;
        self.keep(self.length - EDGE..self.length)
    }

    /// Adds what is between both ends of the file and not in these spans, which must follow one another.
    pub(crate) fn keep_around(&mut self, spans: &[Range<u64>]) -> io::Result<()> {
        let (mut at, length) = (0, self.length);
        // Tiles without data are in no place.
        let spans = spans.iter().filter(|span| !span.is_empty()).cloned();
        for span in spans.chain(std::iter::once(length..length)) {
            if span.start < at || span.end > length {
                return Err(not_in_order());
            }
            let gap = at.max(EDGE)..span.start.min(length - EDGE);
            if span.start - at >= LEAST_GAP && !gap.is_empty() {
                self.keep(gap)?;
            }
            at = span.end;
        }
        Ok(())
    }

    /// Puts the parts in the order of the file, without overlap.
    pub(crate) fn sort(&mut self) {
        self.parts.sort_unstable_by_key(|(part, _)| part.start);
        self.parts.dedup_by(|(part, place), (last, start)| {
            let is_next = part.start <= last.end
                && *place as u64 == *start as u64 + (part.start - last.start);
            if is_next {
                last.end = last.end.max(part.end);
            }
            is_next
        });
    }

    /// Whether a piece of the file that begins at byte `at` has the bytes that are known, of which the parts are sorted.
    /// The end of the file is an empty piece.
    pub(crate) fn agrees(&self, piece: &[u8], at: u64) -> bool {
        let end = at + piece.len() as u64;
        if end > self.length || piece.is_empty() && end < self.length {
            return false;
        }
        let first = self.parts.partition_point(|(part, _)| part.end <= at);
        let parts = self.parts.iter().skip(first);
        let mut shared = parts.take_while(|(part, _)| part.start < end);
        shared.all(|(part, place)| {
            let (from, to) = (part.start.max(at), part.end.min(end));
            let now = piece.get((from - at) as usize..(to - at) as usize);
            let start = place + (from - part.start) as usize;
            now.is_some() && now == self.bytes.get(start..start + (to - from) as usize)
        })
    }
}

/// A buffer of zeros, of which only the pages that are used take memory.
pub(crate) fn zeros(length: u64) -> Option<Vec<u8>> {
    bytemuck::allocation::try_zeroed_vec(usize::try_from(length).ok()?).ok()
}
