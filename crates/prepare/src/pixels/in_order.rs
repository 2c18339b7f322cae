//! How a picture is decoded while its file is read once, from start to end, or parts of it again, so that the
//! file is never in memory as a whole.

use std::io::{self, BufRead, ErrorKind};
use std::ops::Range;
use std::sync::Arc;

use avatar_jpeg::{ReadAt, Scratch};

use crate::pixels::decoded::Decoded;
use crate::pixels::stored_rows::StoredRows;
use crate::{Error, Format, PictureError, Plan};

/// A file that is read once, from its start.
pub(crate) trait ReadInOrder: BufRead {
    /// The same file, of which parts can be read again, if nothing of it was read yet.
    fn rereading(&mut self) -> Box<dyn ReadAt + '_>;
}

/// Decodes what a plan shows. Whatever it refuses is decoded again from the whole file in memory, so it need not mend
/// damage.
pub(crate) type DecodeInOrder<'a> =
    Box<dyn FnOnce(&mut dyn ReadInOrder, &Plan, &mut Scratch) -> Result<Decoded, Error> + 'a>;

/// Prepares decoding in order; `None` if that is not possible.
pub(crate) type Order<'a> = Box<dyn FnOnce() -> Option<InOrder<'a>> + 'a>;

/// The error for a file that has to be read whole, although nothing is wrong with it.
pub(crate) fn not_in_order() -> io::Error {
    ErrorKind::Unsupported.into()
}

/// A picture that can be decoded like that. The result is the same as from memory.
pub(crate) struct InOrder<'a> {
    /// What of the file is only read by `decode`, in the order of the file; `None` if its outline has all the rest.
    pub(crate) spans: Option<Arc<[Range<u64>]>>,
    /// Most bytes of the file that `decode` holds at a time.
    pub(crate) held: usize,
    pub(crate) decode: DecodeInOrder<'a>,
}

impl<'a> InOrder<'a> {
    /// A picture with a complete outline.
    pub(crate) fn new(
        held: usize,
        decode: impl FnOnce(&mut dyn ReadInOrder, &Plan, &mut Scratch) -> Result<Decoded, Error> + 'a,
    ) -> Self {
        Self {
            spans: None,
            held,
            decode: Box::new(decode),
        }
    }

    /// The same, of which only both ends were read, with its pixels in these spans.
    pub(crate) fn with_spans(self, spans: Arc<[Range<u64>]>) -> Self {
        Self {
            spans: Some(spans),
            ..self
        }
    }

    /// Rows that are stored plainly; `None` if they are not all there.
    pub(crate) fn of_rows(format: Format, rows: StoredRows) -> Option<Self> {
        let spans = rows.spans.as_slice().into();
        let is_whole = rows.are_all();
        let in_order = Self::new(0, move |file, plan, _| {
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
            match reader.finish() {
                // It has to be read again, without alpha.
                Some(reduced) if reduced.raster.is_void() => Err(not_in_order().into()),
                Some(reduced) => Ok(Decoded::Reduced(reduced)),
                None => Err(missing(format)),
            }
        });
        is_whole.then(|| in_order.with_spans(spans))
    }
}

fn missing(format: Format) -> Error {
    let detail = "the file ends inside the picture".into();
    PictureError::Truncated { format, detail }.into()
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
            return Err(not_in_order());
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
