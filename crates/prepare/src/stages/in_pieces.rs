//! Reads a large file in pieces. It takes the place of reading the file and of decoding from memory; the
//! bytes of the result are the same.
//!
//! What is not pixels is read first ([`Known`]), and the codecs open it as if it were the file. Then the
//! file is read once from start to end, and decoded on the way ([`Passing`]). What was read before must be
//! the same then, so that header and pixels belong to the same file. Decoders that go back in the file read
//! parts of it again ([`Rereading`]). If the pixels are damaged, the file is read again, as a whole: then the
//! codecs mend what they can.

mod known;
mod passing;
mod rereading;

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use avatar_jpeg::Scratch;

use super::embedded::EMBEDDED;
use super::frame;
use super::probe::probe;
use crate::codec::contract::{Decode, Opened};
use crate::codec::table::{can_be_in_order, is_brief};
use crate::memory::watch::Watch;
use crate::pixels::decoded::Decoded;
use crate::pixels::in_order::DecodeInOrder;
use crate::source::Encoded;
use crate::{Error, Limits, PictureError, Plan, Settings};
use known::{HELD, Known};
use passing::Passing;
use rereading::Rereading;

/// Shortest file that is read in pieces: reading it whole costs little.
pub(crate) const LEAST: u64 = 8 << 20;
/// Memory that opening takes, in bytes.
pub(crate) const OPENING: u64 = HELD as u64;

/// A file that can be read in pieces.
pub(crate) struct InPieces {
    file: File,
    known: Known,
    /// Bytes of the file that are in memory at a time, at most.
    held: usize,
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
    let mut start = [0; 32];
    let read = |start: &mut [u8]| File::open(path)?.read_exact(start);
    length >= LEAST && read(&mut start).is_ok() && can_be_in_order(&start)
}

/// The pixels of a file that is read in pieces, and who follows it.
pub(crate) struct Pixels<'a> {
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
    let is_by_size = !settings.framing().needs_look();
    (is_by_size && watch.wants_pieces() && is_candidate(path, length)).then_some(Candidate {
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
        // Only if the header is enough to choose the frame.
        let pixels = |bytes: &[u8]| {
            if !is_brief(bytes) {
                return None;
            }
            let (probe, opened) = probe(bytes, limits, EMBEDDED).ok()?;
            frame::of_size(&probe, settings).ok()??;
            let in_order = opened.in_order?()?;
            Some((in_order.spans, in_order.held))
        };
        let Some((known, held)) = Known::read(&mut file, length, pixels)? else {
            return Ok(None);
        };
        let held = held.saturating_add(HELD);
        // Otherwise there is nothing to gain.
        Ok((held as u64 <= length).then_some(Self {
            file,
            known,
            held,
            refused: Cell::new(None),
        }))
    }

    /// What the codecs open, and the rest.
    pub(crate) fn parts(&mut self) -> (&[u8], Reading<'_>) {
        let reading = Reading {
            file: &mut self.file,
            known: &self.known,
            held: self.held,
            refused: &self.refused,
        };
        (self.known.opened(), reading)
    }

    /// What decoding found for which the file must be read whole, if it did.
    pub(crate) fn refused(&self) -> Option<Refused> {
        self.refused.take()
    }
}

/// The part of a file that is still to be read.
pub(crate) struct Reading<'a> {
    file: &'a mut File,
    known: &'a Known,
    held: usize,
    refused: &'a Cell<Option<Refused>>,
}

impl<'a> Reading<'a> {
    /// Bytes of the file that are in memory at a time, at most.
    pub(crate) fn held(&self) -> usize {
        self.held
    }

    /// As many bytes as are held, for those that only look at their number.
    pub(crate) fn stand_in(&self) -> &'a [u8] {
        self.known.of_length(self.held)
    }

    /// The same picture, whose pixels are read from the file.
    pub(crate) fn of(self, mut opened: Opened<'a>, watch: &'a mut dyn Watch) -> Opened<'a> {
        let in_order = opened.in_order.take();
        let decode: Decode<'a> =
            Box::new(move |plan, scratch| match in_order.and_then(|it| it()) {
                Some(in_order) => self.decode(in_order.decode, plan, scratch, watch),
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
        watch: &mut dyn Watch,
    ) -> Result<Decoded, Error> {
        watch.begins_pieces();
        let mut file = Passing::new(self.file, self.known, watch)?;
        let decoded = match decode {
            DecodeInOrder::Once(decode) => decode(&mut file, plan),
            DecodeInOrder::Rereading(decode) => {
                decode(&mut Rereading::new(&mut file), plan, scratch)
            }
        };
        let refused = match decoded {
            Ok(Decoded::Damaged { .. }) => Refused::NotInOrder,
            Err(
                error @ Error::Picture(
                    PictureError::Malformed { .. } | PictureError::Truncated { .. },
                ),
            ) => Refused::Damaged(error),
            Err(_) => Refused::NotInOrder,
            Ok(whole) => {
                // Also what follows the pixels, so that all bytes are shown and compared.
                file.finish()?;
                watch.ends_pieces();
                return Ok(whole);
            }
        };
        file.stop()?;
        self.refused.set(Some(refused));
        // This error is not read: the file is read whole.
        Err(passing::changed().into())
    }
}
