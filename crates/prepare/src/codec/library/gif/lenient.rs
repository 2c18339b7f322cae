//! Reads GIFs as leniently as other programs: the first frame is not cut to the screen, and without
//! a palette, one of black, white (GIF 89a, section 18) and a gray ramp is used.

use std::io::{BufRead, Read, Result, Seek, SeekFrom};

use crate::codec::frames;

/// Size of the screen, and flags, in the head of a GIF.
const SCREEN: usize = 6;
const FLAGS: usize = 10;
const HEAD: usize = 13;

/// A file with a changed header; the rest is read from the original.
pub(super) struct Lenient<'a> {
    head: Vec<u8>,
    rest: Rest<'a>,
    at: usize,
}

/// What follows the header.
enum Rest<'a> {
    Memory(&'a [u8]),
    /// In a file that is read once, from its start.
    InOrder(&'a mut dyn BufRead),
}

impl<'a> Lenient<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let (head, rest) = match bytes.split_first_chunk::<HEAD>() {
            Some((head, rest)) => (mended(head, frames::gif_extent(bytes)), rest),
            None => (Vec::new(), bytes),
        };
        let (rest, at) = (Rest::Memory(rest), 0);
        Self { head, rest, at }
    }

    /// A file that is read from its start. It has the same header as `outline`.
    pub(super) fn in_order(outline: &[u8], file: &'a mut dyn BufRead) -> Result<Self> {
        let mut head = [0; HEAD];
        file.read_exact(&mut head)?;
        Ok(Self {
            head: mended(&head, frames::gif_extent(outline)),
            rest: Rest::InOrder(file),
            at: 0,
        })
    }
}

/// Bytes that decoding takes besides the raster: a first frame that is as wide as the picture, and within it, is decoded
/// into it, any other into a buffer of its own. `None` if there is no frame.
pub(super) fn besides(bytes: &[u8], [width, height]: [u32; 2]) -> Option<u64> {
    let [left, top, wide, high] = frames::gif_frame(bytes)?.map(u32::from);
    Some(match left == 0 && wide == width && top + high <= height {
        true => 0,
        false => 4 * u64::from(wide) * u64::from(high),
    })
}

/// The header with a screen that reaches to `end`, and with a palette.
fn mended(head: &[u8; HEAD], end: Option<[u16; 2]>) -> Vec<u8> {
    let mut mended = head.to_vec();
    for (side, end) in end.into_iter().flatten().enumerate() {
        let at = SCREEN + 2 * side;
        let screen = u16::from_le_bytes([head[at], head[at + 1]]);
        mended[at..at + 2].copy_from_slice(&screen.max(end).to_le_bytes());
    }
    if head[FLAGS] & 0x80 == 0 {
        mended[FLAGS] |= 0x87; // there is one, of 256 entries
        let ramp = (0..=u8::MAX).map(|level| if level == 1 { u8::MAX } else { level });
        mended.extend(ramp.flat_map(|level| [level; 3]));
    }
    mended
}

impl BufRead for Lenient<'_> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        let after = self.at.checked_sub(self.head.len());
        match (after, &mut self.rest) {
            (None, _) => Ok(self.head.get(self.at..).unwrap_or_default()),
            (Some(after), Rest::Memory(rest)) => Ok(rest.get(after..).unwrap_or_default()),
            (Some(_), Rest::InOrder(file)) => file.fill_buf(),
        }
    }

    fn consume(&mut self, count: usize) {
        if let Rest::InOrder(file) = &mut self.rest
            && self.at >= self.head.len()
        {
            file.consume(count);
        }
        self.at = self.at.saturating_add(count);
    }
}

impl Read for Lenient<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let count = self.fill_buf()?.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

// The library asks for it, but does not seek.
impl Seek for Lenient<'_> {
    fn seek(&mut self, _: SeekFrom) -> Result<u64> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}
