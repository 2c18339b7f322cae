//! Reads a large file of uncompressed rows in pieces. It takes the place of reading the file and of the
//! decoder; the bytes of the result are the same.
//!
//! Everything but the rows is read first, into a buffer of the length of the file, whose other pages
//! are never touched and so take no memory. The codecs read the header from this buffer as if it were
//! the file. Then the file is read once from start to end. What was read before must be the same then,
//! so that header and rows belong to the same file.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::iter;
use std::ops::Range;
use std::path::Path;

use super::embedded::EMBEDDED;
use super::frame;
use super::probe::probe;
use crate::codec::contract::{Decode, Opened};
use crate::codec::table::can_store_rows;
use crate::memory::watch::Watch;
use crate::pixels::decoded::Decoded;
use crate::pixels::stored_rows::StoredRows;
use crate::source::Encoded;
use crate::{Error, Limits, Plan, Settings};

/// Shortest file that is read in pieces: reading it whole costs little.
pub(crate) const LEAST: u64 = 8 << 20;
/// Bytes that are read at a time. They stay in the cache of the processor until they are used.
const PIECE: usize = 1 << 18;
/// Bytes of the start and of the end of the file in which its header is searched.
const EDGE: u64 = 1 << 16;
/// Most bytes that are read before the rows, with all of the pages that they take a part of: a gap between
/// two strips takes at least one page.
const MOST_KNOWN: u64 = 1 << 20;
/// The usual size of a page of memory, in bytes.
const PAGE: u64 = 4096;
/// Bytes that the file itself takes at most while it is read: a piece, what is not rows, and partly
/// used pages, which are large on some systems.
const HELD: usize = 6 << 20;

/// Memory that opening takes, in bytes.
pub(crate) const OPENING: u64 = HELD as u64;

/// A file that can be read in pieces.
pub(crate) struct InPieces {
    file: File,
    /// The file, with zeros in place of the rows.
    known: Vec<u8>,
    /// What of it is known.
    parts: Vec<Range<u64>>,
}

/// Whether it is worth trying to read a file in pieces, judged by its length and its first bytes.
fn is_candidate(path: &Path, length: u64) -> bool {
    let mut start = [0; 32];
    let read = |start: &mut [u8]| File::open(path)?.read_exact(start);
    length >= LEAST && read(&mut start).is_ok() && can_store_rows(&start)
}

/// The rows of a file that is read in pieces, and who follows it.
pub(crate) struct Rows<'a> {
    pub(crate) reading: Reading<'a>,
    pub(crate) watch: &'a mut dyn Watch,
}

/// A file that may be possible to read in pieces, for one result.
#[derive(Clone, Copy)]
pub(crate) struct Candidate<'a> {
    pub(crate) path: &'a Path,
    pub(crate) length: u64,
    pub(crate) settings: &'a Settings,
}

/// The file, if it is worth trying to read it in pieces.
pub(crate) fn candidate<'a>(
    encoded: Encoded<'a>,
    length: Option<u64>,
    each: &'a [Settings],
    watch: &dyn Watch,
) -> Option<Candidate<'a>> {
    let (Encoded::Path(path), Some(length), [settings]) = (encoded, length, each) else {
        return None;
    };
    (watch.wants_pieces() && is_candidate(path, length)).then_some(Candidate {
        path,
        length,
        settings,
    })
}

impl InPieces {
    /// Opens a file; `None` if it must be read whole.
    pub(crate) fn open(
        path: &Path,
        limits: &Limits,
        settings: &Settings,
    ) -> io::Result<Option<Self>> {
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        let length = metadata.len();
        let is_allowed = limits.check_encoded(length).is_ok();
        if !metadata.is_file() || length < LEAST || !is_allowed {
            return Ok(None);
        }
        let Some(mut known) = zeros(length) else {
            return Ok(None);
        };
        for part in [0..EDGE, length - EDGE..length] {
            read(&mut file, &mut known, &part)?;
        }
        let Some(rows) = rows(&known, limits, settings) else {
            return Ok(None);
        };
        let Some(parts) = rows.gaps(length).and_then(|gaps| parts(gaps, length)) else {
            return Ok(None);
        };
        for part in &parts {
            read(&mut file, &mut known, part)?;
        }
        let is_same = self::rows(&known, limits, settings).as_ref() == Some(&rows);
        Ok(is_same.then_some(Self { file, known, parts }))
    }

    /// What is known of the file: everything but the rows.
    pub(crate) fn parts(&mut self) -> (&[u8], Reading<'_>) {
        let reading = Reading {
            file: &mut self.file,
            known: &self.known,
            parts: &self.parts,
        };
        (&self.known, reading)
    }
}

/// Both ends of the file, and the gaps between them; `None` if that is too much.
fn parts(gaps: Vec<Range<u64>>, length: u64) -> Option<Vec<Range<u64>>> {
    let middle = EDGE..length - EDGE;
    let inner = gaps.into_iter().filter_map(|gap| {
        let part = gap.start.max(middle.start)..gap.end.min(middle.end);
        (part.start < part.end).then_some(part)
    });
    let (start, end) = (0..middle.start, middle.end..length);
    let parts: Vec<Range<u64>> = iter::once(start).chain(inner).chain([end]).collect();
    let pages = |part: &Range<u64>| part.end.next_multiple_of(PAGE) - part.start / PAGE * PAGE;
    let known: u64 = parts.iter().map(pages).sum();
    (known <= MOST_KNOWN).then_some(parts)
}

/// A buffer of zeros, of which only the pages that are used take memory.
fn zeros(length: u64) -> Option<Vec<u8>> {
    bytemuck::allocation::try_zeroed_vec(usize::try_from(length).ok()?).ok()
}

/// The rows, if the header is enough to choose the frame.
fn rows(known: &[u8], limits: &Limits, settings: &Settings) -> Option<StoredRows> {
    let (probe, opened) = probe(known, limits, EMBEDDED).ok()?;
    frame::of_size(&probe, settings).ok()??;
    opened.rows
}

fn read(file: &mut File, known: &mut [u8], part: &Range<u64>) -> io::Result<()> {
    file.seek(SeekFrom::Start(part.start))?;
    let range = part.start as usize..part.end as usize;
    file.read_exact(known.get_mut(range).unwrap_or_default())
}

/// The part of a file that is still to be read.
pub(crate) struct Reading<'a> {
    file: &'a mut File,
    known: &'a [u8],
    parts: &'a [Range<u64>],
}

impl<'a> Reading<'a> {
    /// Bytes of the file that are in memory at a time, at most.
    pub(crate) fn held(&self) -> usize {
        HELD
    }

    /// The same picture, whose rows are read from the file.
    pub(crate) fn of(self, mut opened: Opened<'a>, watch: &'a mut dyn Watch) -> Opened<'a> {
        let rows = opened.rows.take();
        let decode: Decode<'a> = Box::new(move |plan, _| match rows {
            Some(rows) => self.decode(&rows, plan, watch),
            None => Err(changed()),
        });
        Opened {
            decode,
            mending: 0,
            ..opened
        }
    }

    fn decode(
        self,
        rows: &StoredRows,
        plan: &Plan,
        watch: &mut dyn Watch,
    ) -> Result<Decoded, Error> {
        let Self { file, known, parts } = self;
        file.seek(SeekFrom::Start(0))?;
        watch.begins_pieces();
        let mut reader = rows.reader(plan);
        let (mut buffer, mut at) = (vec![0; PIECE], 0);
        loop {
            let length = match file.read(&mut buffer) {
                Ok(0) => break,
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            let piece = buffer.get(..length).unwrap_or_default();
            if !is_same(piece, at, known, parts) {
                return Err(changed());
            }
            watch.takes_piece(piece);
            reader.take(piece);
            at += length as u64;
        }
        if at != known.len() as u64 {
            return Err(changed());
        }
        watch.ends_pieces();
        reader.finish().map(Decoded::Reduced).ok_or_else(changed)
    }
}

/// Whether a piece that begins at byte `at` has the bytes that are known.
fn is_same(piece: &[u8], at: u64, known: &[u8], parts: &[Range<u64>]) -> bool {
    let end = at + piece.len() as u64;
    let first = parts.partition_point(|part| part.end <= at);
    let mut shared = parts.iter().skip(first).take_while(|part| part.start < end);
    shared.all(|part| {
        let (from, to) = (part.start.max(at), part.end.min(end));
        let now = piece.get((from - at) as usize..(to - at) as usize);
        now.is_some() && now == known.get(from as usize..to as usize)
    })
}

fn changed() -> Error {
    io::Error::other("the file changed while it was read").into()
}
