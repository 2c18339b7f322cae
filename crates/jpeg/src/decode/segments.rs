//! Walks from marker to marker of what is in memory; `data` does so in files.

use crate::marker;

/// A marker and what follows it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Segment<B> {
    /// Second byte of the marker.
    pub(crate) code: u8,
    /// The segment's parameters without the length; empty for markers that stand alone.
    pub(crate) body: B,
    /// Offset of the first byte after the segment.
    pub(crate) end: usize,
}

/// An iterator over segments that ignores other bytes and fill bytes between them.
#[derive(Debug, Clone)]
pub(crate) struct Segments<'a> {
    data: &'a [u8],
    at: usize,
}

impl<'a> Segments<'a> {
    /// Starts looking for a marker at the offset.
    pub(crate) fn from(data: &'a [u8], at: usize) -> Self {
        Self { data, at }
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<&'a [u8]>;

    /// The next segment; one that would end after the end of the file is not returned.
    fn next(&mut self) -> Option<Segment<&'a [u8]>> {
        let at = find_marker(self.data, self.at)?;
        let code = *self.data.get(at + 1)?;
        let start = at + 2;
        if marker::stands_alone(code) {
            self.at = start;
            return Some(Segment {
                code,
                body: &[],
                end: start,
            });
        }
        let length = usize::from(u16_at(self.data, start)?);
        let end = start + length.max(2);
        let body = self.data.get(start + 2..end)?;
        self.at = end;
        Some(Segment { code, body, end })
    }
}

/// Offset of the next `0xFF` that begins a marker: neither stuffing nor a fill byte.
pub(crate) fn find_marker(data: &[u8], from: usize) -> Option<usize> {
    let rest = data.get(from..)?;
    memchr::memchr_iter(0xFF, rest)
        .find(|&i| {
            rest.get(i + 1)
                .is_some_and(|&next| !matches!(next, 0x00 | 0xFF))
        })
        .map(|i| from + i)
}

/// A big-endian 16-bit number.
pub(crate) fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..)?
        .first_chunk()
        .map(|&bytes| u16::from_be_bytes(bytes))
}
