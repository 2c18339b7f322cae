//! Decompresses a strip or tile from memory, and notices whether its data fits its size exactly. The
//! `tiff` crate stops when it has enough, so that it never sees a wrong checksum.

use std::io::{Error, ErrorKind, Result};

use flate2::{Decompress, FlushDecompress, Status};

use super::lzw;
use super::unpacked::Unpacked;
use crate::codec::packbits;

/// A compression that is undone here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    Lzw,
    Deflate,
    PackBits,
}

impl Compression {
    /// By the value of the tag (TIFF 6.0, page 30, and Adobe Photoshop TIFF Technical Notes).
    pub(super) fn of(value: u16) -> Option<Self> {
        match value {
            5 => Some(Self::Lzw),
            8 | 32_946 => Some(Self::Deflate),
            32_773 => Some(Self::PackBits),
            _ => None,
        }
    }

    /// Fills `out` as far as there is data.
    pub(super) fn unpack(self, data: &[u8], out: &mut [u8]) -> Result<Unpacked> {
        match self {
            Self::Lzw => lzw::unpack(data, out),
            Self::Deflate => inflate(data, out),
            Self::PackBits => Ok(unpack_runs(data, out)),
        }
    }
}

fn inflate(data: &[u8], out: &mut [u8]) -> Result<Unpacked> {
    let mut zlib = Decompress::new(true);
    let mut step = |from: usize, out: &mut [u8]| {
        let before = (zlib.total_in(), zlib.total_out());
        let rest = data.get(from..).unwrap_or_default();
        let status = zlib.decompress(rest, out, FlushDecompress::None);
        let after = (zlib.total_in(), zlib.total_out());
        let moved = [after.0 - before.0, after.1 - before.1].map(|count| count as usize);
        status.map(|status| (status == Status::StreamEnd, moved))
    };
    let (mut taken, mut written) = (0, 0);
    while written < out.len() {
        let room = out.get_mut(written..).unwrap_or_default();
        let (is_end, moved) =
            step(taken, room).map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
        (taken, written) = (taken + moved[0], written + moved[1]);
        if is_end {
            return Ok(Unpacked::new(written, written < out.len()));
        }
        if moved == [0, 0] {
            return Ok(Unpacked::new(written, true));
        }
    }
    // Only the end of the stream and its checksum may follow.
    loop {
        match step(taken, &mut [0]) {
            Ok((true, [_, more])) => return Ok(Unpacked::new(written, more > 0)),
            Ok((false, [moved, 0])) if moved > 0 => taken += moved,
            Ok(_) => return Ok(Unpacked::new(written, true)),
            Err(_) => {
                return Ok(Unpacked {
                    is_wrong: true,
                    ..Unpacked::new(written, true)
                });
            }
        }
    }
}

fn unpack_runs(data: &[u8], out: &mut [u8]) -> Unpacked {
    let filled = packbits::unpack(data, out);
    // Some programs pad strips to whole words, others to sectors: with zeros, or with the code that
    // means nothing.
    let is_filled = |with: u8| filled.rest.iter().all(|byte| *byte == with);
    let is_padding = filled.rest.len() <= 3 || is_filled(0) || is_filled(0x80);
    Unpacked::new(filled.written, filled.overruns || !is_padding)
}
