//! The encoded bytes of a picture: in memory, or read when they are needed.

use super::segments::{Segment, find_marker, u16_at};
use crate::marker;

/// Reads parts of an encoded picture that is not in memory as a whole.
///
/// Parts are asked for mostly from the start to the end, but also again: the scans of a progressive picture, and
/// those with restart markers, are searched before they are decoded.
pub trait ReadAt {
    /// Length of the whole picture in bytes. It must stay the same.
    fn length(&self) -> usize;

    /// The bytes from offset `at` on, as many as are at hand: at least `least`, which is 65,535 at most, unless
    /// the picture ends before that.
    ///
    /// If bytes cannot be read, none are returned, and the picture is decoded as if it ended there. So whoever
    /// implements this has to keep the error, and to look for it after decoding.
    fn read_at(&mut self, at: usize, least: usize) -> &[u8];
}

impl ReadAt for &[u8] {
    fn length(&self) -> usize {
        self.len()
    }

    fn read_at(&mut self, at: usize, _least: usize) -> &[u8] {
        self.get(at..).unwrap_or_default()
    }
}

/// The encoded bytes of a picture.
pub(crate) enum Data<'a> {
    /// In memory. It is a case of its own so that no call stands between two bytes `0xFF` of entropy-coded data.
    Whole(&'a [u8]),
    /// Read when they are needed.
    Parts(&'a mut dyn ReadAt),
}

impl Data<'_> {
    /// The same bytes, for a part of the decoder.
    pub(crate) fn reborrow(&mut self) -> Data<'_> {
        match self {
            Self::Whole(bytes) => Data::Whole(bytes),
            Self::Parts(parts) => Data::Parts(&mut **parts),
        }
    }

    /// Length of all bytes.
    pub(crate) fn length(&self) -> usize {
        match self {
            Self::Whole(bytes) => bytes.len(),
            Self::Parts(parts) => parts.length(),
        }
    }

    /// The bytes from the offset on that are at hand: at least `least`, 65,535 at most, unless the data ends.
    #[inline(always)]
    pub(crate) fn from(&mut self, at: usize, least: usize) -> &[u8] {
        match self {
            Self::Whole(bytes) => bytes.get(at..).unwrap_or_default(),
            Self::Parts(parts) => parts.read_at(at, least),
        }
    }

    /// Offset and code of the next marker: an `0xFF` followed by neither stuffing nor another fill byte.
    pub(crate) fn find_marker(&mut self, mut from: usize) -> Option<(usize, u8)> {
        loop {
            let bytes = self.from(from, 2);
            if let Some(at) = find_marker(bytes, 0) {
                return bytes.get(at + 1).map(|&code| (from + at, code));
            }
            // The last byte at hand may begin a marker.
            from += bytes.len().checked_sub(1).filter(|&passed| passed > 0)?;
        }
    }

    /// Offset of the marker that ends a scan: the next one that is not a restart marker.
    pub(crate) fn find_scan_end(&mut self, mut from: usize) -> Option<usize> {
        loop {
            let (at, code) = self.find_marker(from)?;
            if !marker::is_restart(code) {
                return Some(at);
            }
            from = at + 2;
        }
    }

    /// The next segment. Other bytes and fill bytes before it are ignored, and one that would end after the end of
    /// the data is not returned.
    pub(crate) fn segment(&mut self, from: usize) -> Option<Segment<Vec<u8>>> {
        let (at, code) = self.find_marker(from)?;
        let start = at + 2;
        if marker::stands_alone(code) {
            return Some(Segment {
                code,
                body: Vec::new(),
                end: start,
            });
        }
        let length = usize::from(u16_at(self.from(start, 2), 0)?).max(2);
        let body = self.from(start, length).get(2..length)?.to_vec();
        let end = start + length;
        Some(Segment { code, body, end })
    }
}
