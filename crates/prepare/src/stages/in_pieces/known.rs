//! What is known of a file before it is read from start to end: everything but its pixels.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;

use crate::codec::table::{outline, sparse};
use crate::pixels::in_order::{Outline, PAGE, Sparse, zeros};

/// Bytes that the file itself takes at most while it is read, besides those that its decoder holds: a piece,
/// what is not pixels, and partly used pages, which are large on some systems.
pub(super) const HELD: usize = 6 << 20;

/// Bytes of the start and of the end of the file in which its header is searched.
const EDGE: u64 = 1 << 18;
/// Most bytes that are read before the pixels, with all of the pages that they take a part of: a gap between
/// two strips takes at least one page.
const MOST_KNOWN: u64 = 3 << 19;
/// Shortest gap between pixels that is read: a shorter one only fills up words, as TIFF asks for.
const LEAST_GAP: u64 = 2;

/// What is known of a file.
pub(super) struct Known {
    /// Either all of the file, with zeros in place of the pixels, or its outline and zeros. Pages of zeros are
    /// never touched and so take no memory.
    bytes: Vec<u8>,
    /// How many of the bytes the codecs open.
    opened: usize,
    /// What of the file is known, in order: where it is in the file, and where it begins in the bytes.
    parts: Vec<(Range<u64>, usize)>,
    /// Bytes of the file.
    length: u64,
}

/// Where the pixels are of what is opened, and how many bytes of them their decoder holds; `None` if they
/// cannot be read in order.
type PixelSpans = Option<(Arc<[Range<u64>]>, usize)>;

impl Known {
    /// Reads what is not pixels; `None` if the file must be read whole. Also returns how many bytes of the
    /// file its decoder holds.
    pub(super) fn read(
        file: &mut File,
        length: u64,
        pixels: impl Fn(&[u8]) -> PixelSpans,
    ) -> io::Result<Option<(Self, usize)>> {
        let mut start = [0; 32];
        file.read_exact(&mut start)?;
        if let Some(outline) = outline(&start, file, length) {
            return Ok(outline?.and_then(|outline| Self::of_outline(outline, length, pixels)));
        }
        match sparse(&start, file, length) {
            Some(sparse) => Ok(Self::of_sparse(sparse?, pixels)),
            None => Self::around_pixels(file, length, pixels),
        }
    }

    fn of_sparse(sparse: Sparse, pixels: impl Fn(&[u8]) -> PixelSpans) -> Option<(Self, usize)> {
        let (_, held) = pixels(&sparse.bytes)?;
        Some((Self::in_place(sparse.bytes, merged(sparse.parts)), held))
    }

    /// A file of which these parts are known, where they are in it.
    fn in_place(bytes: Vec<u8>, parts: Vec<Range<u64>>) -> Self {
        let place = |part: Range<u64>| (part.clone(), part.start as usize);
        let length = bytes.len();
        Self {
            bytes,
            opened: length,
            parts: parts.into_iter().map(place).collect(),
            length: length as u64,
        }
    }

    fn of_outline(
        outline: Outline,
        length: u64,
        pixels: impl Fn(&[u8]) -> PixelSpans,
    ) -> Option<(Self, usize)> {
        let Outline {
            bytes: head,
            opened,
            parts,
        } = outline;
        let (_, held) = pixels(head.get(..opened)?)?;
        let mut bytes = zeros(head.len().max(HELD.saturating_add(held)) as u64)?;
        bytes.get_mut(..head.len())?.copy_from_slice(&head);
        let known = Self {
            bytes,
            opened,
            parts,
            length,
        };
        Some((known, held))
    }

    /// Reads both ends first, and then what is between the pixels.
    fn around_pixels(
        file: &mut File,
        length: u64,
        pixels: impl Fn(&[u8]) -> PixelSpans,
    ) -> io::Result<Option<(Self, usize)>> {
        let Some(mut bytes) = zeros(length) else {
            return Ok(None);
        };
        for part in [0..EDGE, length - EDGE..length] {
            read(file, &mut bytes, &part)?;
        }
        let Some(found) = pixels(&bytes) else {
            return Ok(None);
        };
        let Some(parts) = gaps(&found.0, length).and_then(|gaps| parts(gaps, length)) else {
            return Ok(None);
        };
        for part in &parts {
            read(file, &mut bytes, part)?;
        }
        if pixels(&bytes).as_ref() != Some(&found) {
            return Ok(None);
        }
        Ok(Some((Self::in_place(bytes, parts), found.1)))
    }

    /// Bytes of the file.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// What the codecs open in place of the file.
    pub(super) fn opened(&self) -> &[u8] {
        self.bytes.get(..self.opened).unwrap_or_default()
    }

    /// So many bytes, for those that only look at the length.
    pub(super) fn of_length(&self, length: usize) -> &[u8] {
        self.bytes.get(..length).unwrap_or(&self.bytes)
    }

    /// Whether a piece that begins at byte `at` has the bytes that are known. The end of the file is an empty
    /// piece.
    pub(super) fn agrees(&self, piece: &[u8], at: u64) -> bool {
        let end = at + piece.len() as u64;
        if end > self.length || piece.is_empty() && end < self.length {
            return false;
        }
        let first = self.parts.partition_point(|(part, _)| part.end <= at);
        let mut shared = self.parts.iter().skip(first);
        let mut shared = shared.by_ref().take_while(|(part, _)| part.start < end);
        shared.all(|(part, place)| {
            let (from, to) = (part.start.max(at), part.end.min(end));
            let now = piece.get((from - at) as usize..(to - at) as usize);
            let start = place + (from - part.start) as usize;
            now.is_some() && now == self.bytes.get(start..start + (to - from) as usize)
        })
    }
}

/// Everything of a file of `length` bytes that is not in these spans, in order; `None` if they do not follow one
/// another.
fn gaps(spans: &[Range<u64>], length: u64) -> Option<Vec<Range<u64>>> {
    let mut gaps = Vec::new();
    let mut at = 0;
    for span in spans {
        // Tiles without data are in no place.
        if span.is_empty() {
            continue;
        }
        if span.start < at || span.end < span.start || span.end > length {
            return None;
        }
        if span.start > at {
            gaps.push(at..span.start);
        }
        at = span.end;
    }
    if length > at {
        gaps.push(at..length);
    }
    Some(gaps)
}

/// Both ends of the file, and the gaps between them; `None` if that is too much.
fn parts(gaps: Vec<Range<u64>>, length: u64) -> Option<Vec<Range<u64>>> {
    let middle = EDGE..length - EDGE;
    let inner = gaps.into_iter().filter_map(|gap| {
        let part = gap.start.max(middle.start)..gap.end.min(middle.end);
        (gap.end - gap.start >= LEAST_GAP && !part.is_empty()).then_some(part)
    });
    let (start, end) = (0..middle.start, middle.end..length);
    let parts: Vec<Range<u64>> = std::iter::once(start).chain(inner).chain([end]).collect();
    let pages = |part: &Range<u64>| part.end.next_multiple_of(PAGE) - part.start / PAGE * PAGE;
    let known: u64 = parts.iter().map(pages).sum();
    (known <= MOST_KNOWN).then_some(parts)
}

/// The same parts in order, without overlap.
fn merged(mut parts: Vec<Range<u64>>) -> Vec<Range<u64>> {
    parts.sort_unstable_by_key(|part| part.start);
    let mut merged: Vec<Range<u64>> = Vec::with_capacity(parts.len());
    for part in parts {
        match merged.last_mut() {
            Some(last) if part.start <= last.end => last.end = last.end.max(part.end),
            _ => merged.push(part),
        }
    }
    merged
}

fn read(file: &mut File, known: &mut [u8], part: &Range<u64>) -> io::Result<()> {
    file.seek(SeekFrom::Start(part.start))?;
    let range = part.start as usize..part.end as usize;
    file.read_exact(known.get_mut(range).unwrap_or_default())
}
