//! Decodes a picture from parts as short as they may be, and asserts that it is the picture that it is in memory.

use avatar_jpeg::{Decoder, Error, Planes, ReadAt, Request, Scratch};

/// A file of which each part that is read is short.
pub struct Parts<'a> {
    bytes: &'a [u8],
    /// Most bytes that are returned beyond those that were asked for.
    more: usize,
}

impl<'a> Parts<'a> {
    /// Parts with up to `more` bytes beyond those that are asked for, always as many at the same place.
    pub fn new(bytes: &'a [u8], more: usize) -> Self {
        Self { bytes, more }
    }
}

impl ReadAt for Parts<'_> {
    fn length(&self) -> usize {
        self.bytes.len()
    }

    fn read_at(&mut self, at: usize, least: usize) -> &[u8] {
        assert!((1..=65_535).contains(&least), "{least} bytes are asked for");
        let rest = self.bytes.get(at..).unwrap_or_default();
        let more = (at.wrapping_mul(40_503) >> 5) % (self.more + 1);
        rest.get(..least + more).unwrap_or(rest)
    }
}

/// Decodes bytes in memory, and again from parts.
pub fn decode(bytes: &[u8], request: &Request) -> Result<Planes, Error> {
    let decoder = Decoder::new(bytes)?;
    let whole = decoder.decode(request, &mut Scratch::new());
    let start = bytes.get(..decoder.header().first_scan).unwrap_or(bytes);
    // The header is that of the whole picture, unless a segment behind the scan states the height.
    let of_start = Decoder::new(start);
    assert!(of_start.is_ok() || height_is_behind(start));
    let decoder = of_start.unwrap_or(decoder);
    for more in [0, 700] {
        let parts = &mut Parts::new(bytes, more);
        let in_parts = decoder.decode_from(parts, request, &mut Scratch::new());
        assert!(in_parts == whole, "{more}: not as in memory");
    }
    whole
}

/// Whether the first frame has the height 0.
fn height_is_behind(start: &[u8]) -> bool {
    let mut frames = start
        .windows(7)
        .filter(|it| it[0] == 0xFF && it[1] >> 4 == 0xC);
    frames.any(|it| it[5..] == [0, 0])
}
