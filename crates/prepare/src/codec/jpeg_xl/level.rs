//! Lets the decoder read pictures that go beyond level 5 without saying so. The decoder holds what has no `jxll` box to the
//! limits of that level, as ISO/IEC 18181-2 wants it. But encoders write no such box: libjxl makes ten transforms of
//! lossless progressive pictures, and level 5 has eight. So the box is added where there is none.

use std::io::{Error, IoSliceMut};

use jxl::api::JxlBitstreamInput;

use super::boxes::first_box;

/// `jxll`: level 10.
const LEVEL: &[u8] = b"\0\0\0\x09jxll\x0a";

/// What comes before a bare codestream to make it a container of level 10: the signature, `ftyp`, `jxll`, and a `jxlc` that
/// ends with the file.
const CONTAINER: &[u8] =
    b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl \0\0\0\0jxl \0\0\0\x09jxll\x0a\0\0\0\0jxlc";

/// A file as the decoder gets it.
pub(super) struct Input<'a> {
    parts: [&'a [u8]; 3],
}

impl<'a> Input<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let parts = match end_of_type(bytes) {
            _ if bytes.starts_with(&[0xff, 0x0a]) => [CONTAINER, bytes, &[]],
            Some((before, after)) if !has_level(after) => [before, LEVEL, after],
            _ => [bytes, &[], &[]],
        };
        Self { parts }
    }

    fn take(&mut self, most: usize) -> &'a [u8] {
        let Some(part) = self.parts.iter_mut().find(|part| !part.is_empty()) else {
            return &[];
        };
        let (taken, rest) = part.split_at(most.min(part.len()));
        *part = rest;
        taken
    }
}

/// The file up to the end of its second box, which must be `ftyp`, and the rest.
fn end_of_type(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, _, rest) = first_box(bytes)?;
    let (kind, _, after) = first_box(rest)?;
    (kind == b"ftyp").then(|| bytes.split_at(bytes.len() - after.len()))
}

/// Whether there is a level before the codestream.
fn has_level(mut boxes: &[u8]) -> bool {
    while let Some((kind, _, after)) = first_box(boxes) {
        match kind {
            b"jxll" => return true,
            b"jxlc" | b"jxlp" => return false,
            _ => boxes = after,
        }
    }
    false
}

impl JxlBitstreamInput for Input<'_> {
    fn available_bytes(&mut self) -> Result<usize, Error> {
        Ok(self.parts.iter().map(|part| part.len()).sum())
    }

    fn read(&mut self, buffers: &mut [IoSliceMut<'_>]) -> Result<usize, Error> {
        let mut read = 0;
        for buffer in buffers {
            let mut room: &mut [u8] = buffer;
            loop {
                let taken = self.take(room.len());
                if taken.is_empty() {
                    break;
                }
                read += taken.len();
                let (filled, left) = room.split_at_mut(taken.len());
                filled.copy_from_slice(taken);
                room = left;
            }
        }
        Ok(read)
    }

    fn skip(&mut self, bytes: usize) -> Result<usize, Error> {
        let mut skipped = 0;
        while skipped < bytes {
            match self.take(bytes - skipped).len() {
                0 => break,
                taken => skipped += taken,
            }
        }
        Ok(skipped)
    }
}
