//! Reads a large file in pieces. It takes the place of reading the file and of decoding from memory; the
//! bytes of the result are the same.
//!
//! What is not pixels is read first ([`Outline`]), and the codecs open it as if it were the file. Then the
//! file is read once from start to end, and decoded on the way ([`Passing`]). What was read before must be
//! the same then, so that header and pixels belong to the same file. Decoders that go back in the file read
//! parts of it again (`rereading`). If the pixels are damaged, the file is read again, as a whole: then the
//! codecs mend what they can.

mod passing;
mod rereading;

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use avatar_jpeg::Scratch;

use super::embedded::EMBEDDED;
use super::frame;
use super::probe::probe;
use crate::codec::contract::{Decode, Opened};
use crate::codec::table::{is_brief, outline};
use crate::memory::watch::Watch;
use crate::pixels::decoded::Decoded;
use crate::pixels::in_order::{DecodeInOrder, not_in_order};
use crate::pixels::outline::{Outline, zeros};
use crate::source::Encoded;
use crate::{Error, Limits, PictureError, Plan, Settings};
use passing::Passing;

/// Shortest file that is read in pieces: reading it whole costs little.
pub(crate) const LEAST: u64 = 8 << 20;
/// Bytes that the file itself takes at most while it is read, besides those that its decoder holds: a piece,
/// what is not pixels, and partly used pages, which are large on some systems.
const HELD: usize = 6 << 20;
/// Memory that opening takes, in bytes.
pub(crate) const OPENING: u64 = HELD as u64;
/// Bytes at the start of a file that say what reads its outline.
const START: usize = 32;

/// A file that can be read in pieces.
pub(crate) struct InPieces {
    outline: Outline,
    /// As many bytes as of the file are in memory at a time, at most. They are never touched and so take no memory.
    held: Vec<u8>,
    /// What decoding found that needs the whole file.
    refused: Cell<Option<Refused>>,
}

/// Why a file has to be read whole.
pub(crate) enum Refused {
    /// Its pixels are damaged: the error is that of a file that is not mended.
    Damaged(Error),
    /// Its pixels cannot be decoded in order.
    NotInOrder,
}

/// Whether it is worth trying to read a file in pieces, judged by its length and its first bytes.
fn is_candidate(path: &Path, length: u64) -> bool {
    let mut start = [0; START];
    let read = |start: &mut [u8]| File::open(path)?.read_exact(start);
    length >= LEAST && read(&mut start).is_ok() && outline(&start).is_some()
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
    let is_by_size = !settings.framing().needs_look();
    (is_by_size && watch.wants_pieces() && is_candidate(path, length)).then_some(Candidate {
        path,
        length,
        settings,
    })
}

impl InPieces {
    /// Opens a file; an error also if it must be read whole.
    pub(crate) fn open(path: &Path, limits: &Limits, settings: &Settings) -> io::Result<Self> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        let length = metadata.len();
        if !metadata.is_file() || length < LEAST || limits.check_encoded(length).is_err() {
            return Err(not_in_order());
        }
        let mut known = Outline::new(file, length);
        let outline = outline(&known.read::<START>(0)?).ok_or_else(not_in_order)?;
        outline(&mut known)?;
        let found = pixels(&known, limits, settings).ok_or_else(not_in_order)?;
        let (spans, held) = &found;
        if let Some(spans) = spans {
            known.keep_around(spans)?;
            // What was read since may say otherwise.
            if pixels(&known, limits, settings).as_ref() != Some(&found) {
                return Err(not_in_order());
            }
        }
        known.sort();
        let held = held.saturating_add(HELD) as u64;
        // Otherwise there is nothing to gain.
        let zeros = (held <= length).then(|| zeros(held));
        Ok(Self {
            outline: known,
            held: zeros.flatten().ok_or_else(not_in_order)?,
            refused: Cell::new(None),
        })
    }

    /// What the codecs open.
    pub(crate) fn opened(&self) -> &[u8] {
        self.outline.opened()
    }

    /// Zeros, as many as bytes of the file are in memory at a time, at most.
    pub(crate) fn held(&self) -> &[u8] {
        &self.held
    }

    /// What decoding found for which the file must be read whole, if it did.
    pub(crate) fn refused(&self) -> Option<Refused> {
        self.refused.take()
    }
}

/// Where the pixels are, and how many bytes of them their decoder holds.
type PixelSpans = (Option<Arc<[Range<u64>]>>, usize);

/// That of a file with this outline; `None` if it must be read whole.
fn pixels(outline: &Outline, limits: &Limits, settings: &Settings) -> Option<PixelSpans> {
    let bytes = outline.opened();
    if !is_brief(bytes) {
        return None;
    }
    let (probe, opened) = probe(bytes, limits, EMBEDDED).ok()?;
    // Only if the header is enough to choose the frame.
    frame::of_size(&probe, settings).ok()??;
    let in_order = opened.in_order?()?;
    Some((in_order.spans, in_order.held))
}

/// The pixels of a file that is read in pieces, and who follows it.
pub(crate) struct Pixels<'a> {
    pub(crate) file: &'a InPieces,
    pub(crate) watch: &'a mut dyn Watch,
}

impl<'a> Pixels<'a> {
    /// The same picture, whose pixels are read from the file.
    pub(crate) fn of(self, mut opened: Opened<'a>) -> Opened<'a> {
        let in_order = opened.in_order.take();
        let decode: Decode<'a> =
            Box::new(move |plan, scratch| match in_order.and_then(|it| it()) {
                Some(in_order) => self.decode(in_order.decode, plan, scratch),
                None => Err(passing::changed().into()),
            });
        Opened {
            decode,
            mending: 0,
            ..opened
        }
    }

    fn decode(
        self,
        decode: DecodeInOrder<'_>,
        plan: &Plan,
        scratch: &mut Scratch,
    ) -> Result<Decoded, Error> {
        self.watch.begins_pieces();
        let mut file = Passing::new(&self.file.outline, self.watch)?;
        let refused = match decode(&mut file, plan, scratch) {
            Ok(Decoded::Damaged { .. }) => Refused::NotInOrder,
            Err(
                error @ Error::Picture(
                    PictureError::Malformed { .. } | PictureError::Truncated { .. },
                ),
            ) => Refused::Damaged(error),
            Err(_) => Refused::NotInOrder,
            Ok(whole) => {
                // Also what follows the pixels, so that all bytes are shown and compared.
                file.finish()?.ends_pieces();
                return Ok(whole);
            }
        };
        file.stop()?;
        self.file.refused.set(Some(refused));
        // This error is not read: the file is read whole.
        Err(passing::changed().into())
    }
}
