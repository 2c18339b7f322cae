//! How a picture is decoded while its file is read once, from start to end, or parts of it again, so that the
//! file is never in memory as a whole.

use std::fs::File;
use std::io::{self, BufRead, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;

use avatar_jpeg::{ReadAt, Scratch};

use crate::pixels::decoded::Decoded;
use crate::pixels::stored_rows::StoredRows;
use crate::{Error, Format, PictureError, Plan};

/// Decodes what a plan shows from a file. Whatever it refuses is decoded again from the whole file in memory,
/// so it need not mend damage.
pub(crate) enum DecodeInOrder<'a> {
    /// From a file that is read from its start.
    Once(DecodeOnce<'a>),
    /// From a file of which parts can be read again.
    Rereading(DecodeRereading<'a>),
}

/// Decodes what a plan shows from a file that is read from its start.
pub(crate) type DecodeOnce<'a> =
    Box<dyn FnOnce(&mut dyn BufRead, &Plan) -> Result<Decoded, Error> + 'a>;

/// Decodes what a plan shows from a file of which parts can be read again.
pub(crate) type DecodeRereading<'a> =
    Box<dyn FnOnce(&mut dyn ReadAt, &Plan, &mut Scratch) -> Result<Decoded, Error> + 'a>;

/// Prepares decoding in order; `None` if that is not possible.
pub(crate) type Order<'a> = Box<dyn FnOnce() -> Option<InOrder<'a>> + 'a>;

/// The error if pixels cannot be decoded in order, although nothing is wrong with them.
pub(crate) fn not_in_order() -> Error {
    Error::Io(ErrorKind::Unsupported.into())
}

/// A picture that can be decoded like that. The result is the same as from memory.
pub(crate) struct InOrder<'a> {
    /// What of the file is only read by `decode`, in the order of the file. If what was opened is an
    /// [`Outline`], or [`Sparse`], this is empty.
    pub(crate) spans: Arc<[Range<u64>]>,
    /// Most bytes of the file that `decode` holds at a time.
    pub(crate) held: usize,
    pub(crate) decode: DecodeInOrder<'a>,
}

/// What of a file is read before its pixels, joined to a file that the codec opens in its place: it has the
/// same header.
pub(crate) struct Outline {
    pub(crate) bytes: Vec<u8>,
    /// How many of the bytes the codec opens. The others are only compared with the file when it is read.
    pub(crate) opened: usize,
    /// Parts of the original file that are in it as they are, in order: where they are in the original, and
    /// where they begin here.
    pub(crate) parts: Vec<(Range<u64>, usize)>,
}

/// Bytes that reading to the end asks for besides the length.
const PROBE: usize = 32;

impl Outline {
    /// Adds a part of the file as it is.
    pub(crate) fn keep(&mut self, file: &mut File, part: Range<u64>) -> io::Result<()> {
        let place = self.bytes.len();
        file.seek(SeekFrom::Start(part.start))?;
        let length = part.end - part.start;
        // Otherwise a long part could take twice its length.
        if length > self.bytes.len() as u64 {
            self.bytes.reserve_exact(length as usize + PROBE);
        }
        file.take(length).read_to_end(&mut self.bytes)?;
        self.parts.push((part, place));
        match (self.bytes.len() - place) as u64 == length {
            true => Ok(()),
            false => Err(ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// What of a file is read before its pixels, with zeros in place of the rest: for files that say where things are by
/// their places. Pages of zeros are never touched and so take no memory.
pub(crate) struct Sparse {
    pub(crate) bytes: Vec<u8>,
    /// What was read, in any order; parts may overlap.
    pub(crate) parts: Vec<Range<u64>>,
    /// Bytes of all pages of these parts.
    touched: u64,
}

/// Most bytes of pages that are read to open a file.
const MOST_TOUCHED: u64 = 1 << 22;
/// The usual size of a page of memory, in bytes.
pub(crate) const PAGE: u64 = 4096;

#[cfg_attr(not(any(feature = "avif", feature = "heif")), allow(dead_code))]
impl Sparse {
    /// Nothing of a file of this length; an error if there is no room for as many zeros.
    pub(crate) fn new(length: u64) -> io::Result<Self> {
        Ok(Self {
            bytes: zeros(length).ok_or(ErrorKind::OutOfMemory)?,
            parts: Vec::new(),
            touched: 0,
        })
    }

    /// Reads a part of the file; an error if it is not there, or if that is too much.
    pub(crate) fn keep(&mut self, file: &mut File, part: Range<u64>) -> io::Result<()> {
        let end = part.end.checked_next_multiple_of(PAGE);
        let touched = end.and_then(|end| end.checked_sub(part.start / PAGE * PAGE));
        self.touched = self.touched.saturating_add(touched.unwrap_or(u64::MAX));
        if self.touched > MOST_TOUCHED {
            return Err(ErrorKind::Unsupported.into());
        }
        let range = part.start as usize..part.end as usize;
        let bytes = self.bytes.get_mut(range).ok_or(ErrorKind::UnexpectedEof)?;
        file.seek(SeekFrom::Start(part.start))?;
        file.read_exact(bytes)?;
        self.parts.push(part);
        Ok(())
    }
}

/// A buffer of zeros, of which only the pages that are used take memory.
pub(crate) fn zeros(length: u64) -> Option<Vec<u8>> {
    bytemuck::allocation::try_zeroed_vec(usize::try_from(length).ok()?).ok()
}

impl InOrder<'_> {
    /// Rows that are stored plainly; `None` if they are not all there.
    pub(crate) fn of_rows(format: Format, rows: StoredRows) -> Option<Self> {
        let spans = rows.spans.as_slice().into();
        rows.are_all().then(|| Self {
            spans,
            held: 0,
            decode: DecodeInOrder::Once(Box::new(move |file, plan| {
                let mut reader = rows.reader(plan);
                loop {
                    let piece = file.fill_buf()?;
                    let length = piece.len();
                    if length == 0 {
                        break;
                    }
                    reader.take(piece);
                    file.consume(length);
                }
                let detail = "the file ends inside the picture".into();
                let missing = PictureError::Truncated { format, detail };
                match reader.finish() {
                    // It has to be read again, without alpha.
                    Some(reduced) if reduced.raster.is_void() => Err(not_in_order()),
                    Some(reduced) => Ok(Decoded::Reduced(reduced)),
                    None => Err(missing.into()),
                }
            })),
        })
    }
}

/// Takes parts of a file that is read from its start, one behind the other.
pub(crate) struct Forward<'a> {
    file: &'a mut dyn BufRead,
    at: u64,
}

impl<'a> Forward<'a> {
    pub(crate) fn new(file: &'a mut dyn BufRead) -> Self {
        Self { file, at: 0 }
    }

    /// Fills `part` with the bytes from `start` on. They must not begin before the end of the last part.
    pub(crate) fn read(&mut self, start: u64, part: &mut [u8]) -> io::Result<()> {
        if start < self.at {
            return Err(ErrorKind::Unsupported.into());
        }
        while self.at < start {
            let there = self.file.fill_buf()?.len();
            if there == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            let skipped = (start - self.at).min(there as u64);
            self.file.consume(skipped as usize);
            self.at += skipped;
        }
        self.file.read_exact(part)?;
        self.at += part.len() as u64;
        Ok(())
    }
}
