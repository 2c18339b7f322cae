//! LZW of TIFF (TIFF 6.0, section 13), decompressed into memory for a whole strip or tile: strings
//! are not stored but copied from the output. The `weezl` crate, which is made for streams, takes
//! four times as long.

use std::io::{Error, ErrorKind, Result};

use super::unpacked::Unpacked;

const CLEAR: usize = 256;
const END: usize = 257;
const MIN_WIDTH: u32 = 9;
const MAX_WIDTH: u32 = 12;
const CODES: usize = 1 << MAX_WIDTH;

/// Strings up to this length are copied as one piece of this length; the rest of the piece is
/// overwritten by what follows.
const PIECE: usize = 16;

/// Fills `out`. Damage shows if the last string does not end where `out` does, or if more strings
/// follow.
pub(super) fn unpack(data: &[u8], out: &mut [u8]) -> Result<Unpacked> {
    if u32::try_from(out.len()).is_err() {
        return Err(invalid("4 GiB of LZW in one piece"));
    }
    let (mut codes, mut strings) = (Codes::new(data), Strings::new());
    let (mut last, mut at) = (Text::default(), 0);
    while at < out.len() {
        match codes.next(strings.width) {
            None | Some(END) => break,
            Some(CLEAR) => {
                strings.clear();
                last = Text::default();
            }
            Some(code) => {
                strings.add(last);
                last = strings.write(code, at, out)?;
                at += last.length as usize;
            }
        }
    }
    let is_odd = at > out.len() || (at == out.len() && goes_on(&mut codes, strings.width));
    let written = at.min(out.len());
    Ok(Unpacked::new(written, is_odd))
}

/// Whether other codes than the end follow. Some programs leave out the end.
fn goes_on(codes: &mut Codes<'_>, width: u32) -> bool {
    let is_long = codes.data.len() > 4;
    is_long && !matches!(codes.next(width), None | Some(CLEAR | END))
}

fn invalid(detail: &'static str) -> Error {
    Error::new(ErrorKind::InvalidData, detail)
}

/// Reads codes, the highest bit first.
struct Codes<'a> {
    data: &'a [u8],
    /// Bits that were read from the data; the lowest `count` of them are not used yet.
    bits: u64,
    count: u32,
}

impl<'a> Codes<'a> {
    fn new(data: &'a [u8]) -> Self {
        let (bits, count) = (0, 0);
        Self { data, bits, count }
    }

    #[inline]
    fn next(&mut self, width: u32) -> Option<usize> {
        while self.count < width {
            if let Some((four, rest)) = self.data.split_first_chunk() {
                self.bits = self.bits << 32 | u64::from(u32::from_be_bytes(*four));
                (self.data, self.count) = (rest, self.count + 32);
            } else {
                let (&byte, rest) = self.data.split_first()?;
                self.bits = self.bits << 8 | u64::from(byte);
                (self.data, self.count) = (rest, self.count + 8);
            }
        }
        self.count -= width;
        Some((self.bits >> self.count) as usize & ((1 << width) - 1))
    }
}

/// The place of a string in the output.
#[derive(Debug, Clone, Copy, Default)]
struct Text {
    start: u32,
    length: u32,
}

/// Strings of more than one byte, by code.
struct Strings {
    known: [Text; CODES],
    next: usize,
    /// Bits of the next code.
    width: u32,
}

impl Strings {
    fn new() -> Self {
        Self {
            known: [Text::default(); CODES],
            next: END + 1,
            width: MIN_WIDTH,
        }
    }

    fn clear(&mut self) {
        (self.next, self.width) = (END + 1, MIN_WIDTH);
    }

    /// Adds the last string, if there is one, with the byte that follows it. A full table stays as
    /// it is.
    #[inline]
    fn add(&mut self, last: Text) {
        if last.length == 0 {
            return;
        }
        if let Some(text) = self.known.get_mut(self.next) {
            let length = last.length + 1;
            *text = Text { length, ..last };
            self.next += 1;
            // One code early, as in the first encoder, whose mistake became the standard.
            if self.next + 1 == 1 << self.width && self.width < MAX_WIDTH {
                self.width += 1;
            }
        }
    }

    /// Writes the string of a code, as far as there is room.
    #[inline]
    fn write(&self, code: usize, at: usize, out: &mut [u8]) -> Result<Text> {
        let start = at as u32;
        if code < CLEAR {
            out[at] = code as u8;
            return Ok(Text { start, length: 1 });
        }
        let known = self.known.get(code).filter(|_| code < self.next);
        let text = *known.ok_or_else(|| invalid("LZW code without a string"))?;
        let (from, length) = (text.start as usize, text.length as usize);
        let piece = out.get(from..).and_then(|rest| rest.first_chunk::<PIECE>());
        let piece = piece.copied().filter(|_| length <= PIECE);
        let place = out.get_mut(at..).and_then(|rest| rest.first_chunk_mut());
        match (piece, place) {
            (Some(piece), Some(place)) => *place = piece,
            _ => out.copy_within(from..from + length.min(out.len() - at), at),
        }
        // The newest string can end with its own first byte, which was not in the output yet.
        if let Some(end) = (at + length).checked_sub(1)
            && from + length > at
            && end < out.len()
        {
            out[end] = out[from];
        }
        Ok(Text {
            start,
            length: text.length,
        })
    }
}
