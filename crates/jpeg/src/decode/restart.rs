//! Finds the restart markers of a scan (T.81, F.2.2.4), even among bytes that only look like
//! markers.

use super::align::Interval;
use super::bits::BitReader;
use crate::marker;

/// Most intervals that are put in order together, which limits the memory for it.
const MOST: usize = 4096;

/// How a list of intervals ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// With the marker that ends the scan.
    Marker,
    /// With the file.
    File,
    /// It is full; more follow.
    Full,
}

/// The restart intervals from the offset on.
pub(crate) fn list(reader: &mut BitReader<'_, '_>, mut from: usize) -> (Vec<Interval>, End) {
    let mut found = Vec::new();
    while let Some((at, number)) = find(reader, from) {
        from = at + 2;
        found.push(Interval {
            start: from,
            number,
            intact: true,
        });
        if found.len() == MOST {
            return (found, End::Full);
        }
    }
    let end = reader.next_marker(from).map_or(End::File, |_| End::Marker);
    (found, end)
}

/// Number of restart markers from the offset on; `None` if the file ends before the scan.
pub(crate) fn count(reader: &mut BitReader<'_, '_>, mut from: usize) -> Option<u32> {
    let mut count = 0;
    while let Some((at, _)) = find(reader, from) {
        from = at + 2;
        count += 1;
    }
    reader.next_marker(from).map(|_| count)
}

/// The next restart marker of this scan and its number. Markers that cannot follow a scan are
/// damage and are skipped.
pub(crate) fn find(reader: &mut BitReader<'_, '_>, mut from: usize) -> Option<(usize, u8)> {
    loop {
        let (at, code) = reader.next_marker(from)?;
        match code {
            marker::RST0..=marker::RST7 => return Some((at, code & 7)),
            marker::SOI
            | marker::EOI
            | marker::SOS
            | marker::DQT
            | marker::DNL
            | marker::DRI
            | marker::DHT => return None,
            _ => from = at + 2,
        }
    }
}
