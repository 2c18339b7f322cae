//! Finds tiles without data: the library leaves them black and does not report it.

use super::codestream::find;

/// Markers (ISO/IEC 15444-1, table A.2).
const SIZ: u16 = 0xff51;
const PACKED_HEADERS: [u16; 2] = [0xff60, 0xff61];
const START_OF_PART: u16 = 0xff90;
const START_OF_DATA: u16 = 0xff93;
const END: [u8; 2] = [0xff, 0xd9];

/// The share of the picture whose tiles have data, from 0 to 1; `None` if that cannot be said.
pub(super) fn share(bytes: &[u8]) -> Option<f64> {
    let mut rest = find(bytes)?.get(2..)?;
    let (SIZ, size) = segment(&mut rest)? else {
        return None;
    };
    let grid = Grid::of(size)?;
    let mut has_data = vec![false; usize::try_from(grid.across.checked_mul(grid.down)?).ok()?];
    // Packets of which only the headers exist, packed elsewhere, take no data.
    let mut has_packed_headers = false;
    while !rest.starts_with(&START_OF_PART.to_be_bytes()) {
        has_packed_headers |= PACKED_HEADERS.contains(&marker(&mut rest)?);
    }
    while rest.starts_with(&START_OF_PART.to_be_bytes()) {
        let part = Part::read(rest)?;
        if let Some(found) = has_data.get_mut(part.tile) {
            *found |= part.has_data || has_packed_headers && part.has_start_of_data;
        }
        rest = part.after;
    }
    let area = |at: usize| grid.area(at as u64);
    let all: f64 = (0..has_data.len()).map(area).sum();
    let there = (0..).zip(&has_data).filter(|(_, has)| **has);
    let there: f64 = there.map(|(at, _)| area(at)).sum();
    (all > 0.0).then(|| there / all)
}

/// The codestream with the length of each part, and without parts that consist of nothing but their start:
/// the library refuses both if it is strict. `None` if its parts cannot be read.
pub(super) fn plain(bytes: &[u8]) -> Option<Vec<u8>> {
    let codestream = find(bytes)?;
    let mut rest = codestream.get(2..)?;
    while !rest.starts_with(&START_OF_PART.to_be_bytes()) {
        marker(&mut rest)?;
    }
    let head = codestream.len() - rest.len();
    let mut plain = codestream.get(..head)?.to_vec();
    while rest.starts_with(&START_OF_PART.to_be_bytes()) {
        let Part { own, after, .. } = Part::read(rest)?;
        if let [start @ .., _, _, _, _, index, count] = own.get(..12)?
            && own.len() > 12
        {
            plain.extend_from_slice(start);
            plain.extend(u32::try_from(own.len()).ok()?.to_be_bytes());
            plain.extend([index, count]);
            plain.extend_from_slice(own.get(12..)?);
        }
        rest = after;
    }
    plain.extend(END);
    Some(plain)
}

/// Reads a marker segment.
fn segment<'a>(rest: &mut &'a [u8]) -> Option<(u16, &'a [u8])> {
    let (marker, after) = rest.split_first_chunk()?;
    let length = usize::from(u16::from_be_bytes(*after.first_chunk()?));
    let content = after.get(2..length)?;
    *rest = after.get(length..)?;
    Some((u16::from_be_bytes(*marker), content))
}

/// Reads a marker with its segment, if it has one.
fn marker(rest: &mut &[u8]) -> Option<u16> {
    match *rest {
        [0xff, low @ 0x30..=0x3f, after @ ..] => {
            *rest = after;
            Some(u16::from_be_bytes([0xff, *low]))
        }
        _ => segment(rest).map(|(marker, _)| marker),
    }
}

/// A part of a tile.
struct Part<'a> {
    tile: usize,
    /// Whether it has more than the segment with which it starts.
    has_start_of_data: bool,
    /// Whether it has packets, or headers of packets that are packed.
    has_data: bool,
    /// The part itself, without the end marker of the codestream.
    own: &'a [u8],
    after: &'a [u8],
}

impl<'a> Part<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut rest = bytes;
        let (_, start) = segment(&mut rest)?;
        let tile = u16::from_be_bytes(*start.first_chunk()?);
        let length = u32::from_be_bytes(*start.get(2..)?.first_chunk()?) as usize;
        let is_open = length == 0;
        let length = if is_open { bytes.len() } else { length };
        let mut has_packed_headers = false;
        while !rest.starts_with(&START_OF_DATA.to_be_bytes()) {
            // Some files have parts of only this segment, which decoders skip.
            if bytes.len() - rest.len() >= length {
                return Some(Self {
                    tile: tile.into(),
                    has_start_of_data: false,
                    has_data: false,
                    own: bytes.get(..bytes.len() - rest.len())?,
                    after: rest,
                });
            }
            has_packed_headers |= PACKED_HEADERS.contains(&marker(&mut rest)?);
        }
        let header = bytes.len() - rest.len() + 2;
        // Without a length, the part goes on to the end of the codestream, whose marker is in no packet.
        let packets = bytes.get(header..).filter(|_| is_open);
        let end = packets.and_then(|packets| memchr::memmem::find(packets, &END));
        let length = end.map_or(length, |at| header + at);
        let own = bytes.get(..length.clamp(header, bytes.len().max(header)))?;
        let own = own.strip_suffix(&END).unwrap_or(own);
        let data = own.get(header..).unwrap_or_default();
        Some(Self {
            tile: tile.into(),
            has_start_of_data: true,
            has_data: !data.is_empty() || has_packed_headers,
            own,
            after: bytes.get(length.max(header)..).unwrap_or_default(),
        })
    }
}

/// How the picture is divided into tiles (section B.3).
struct Grid {
    origin: [u64; 2],
    end: [u64; 2],
    tile_origin: [u64; 2],
    tile: [u64; 2],
    across: u64,
    down: u64,
}

impl Grid {
    fn of(size: &[u8]) -> Option<Self> {
        let number = |at: usize| {
            let bytes = size.get(at..)?.first_chunk()?;
            Some(u64::from(u32::from_be_bytes(*bytes)))
        };
        let pair = |at: usize| Some([number(at)?, number(at + 4)?]);
        let (end, origin, tile, tile_origin) = (pair(2)?, pair(10)?, pair(18)?, pair(26)?);
        let count = |side: usize| {
            let length = end[side].checked_sub(tile_origin[side])?;
            (tile[side] > 0).then(|| length.div_ceil(tile[side]))
        };
        let (across, down) = (count(0)?, count(1)?);
        Some(Self {
            origin,
            end,
            tile_origin,
            tile,
            across,
            down,
        })
    }

    /// Area of a tile, cut to the picture.
    fn area(&self, number: u64) -> f64 {
        let place = [number % self.across.max(1), number / self.across.max(1)];
        let side = |side: usize| {
            let start = self.tile_origin[side] + place[side] * self.tile[side];
            let end = (start + self.tile[side]).min(self.end[side]);
            end.saturating_sub(start.max(self.origin[side])) as f64
        };
        side(0) * side(1)
    }
}
