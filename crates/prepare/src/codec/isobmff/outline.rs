//! What of a file is read before its coded pictures: its boxes, what is not coded, and the heads of the units of all
//! tiles. The rest, such as tiles and films, is zeros.

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;

use super::av1_header::{self, SEQUENCE_HEADER};
use super::boxes::{Fields, place};
use super::{Items, Property, Sequence, Tracks};
use crate::pixels::in_order::not_in_order;
use crate::pixels::outline::Outline;

/// Most bytes of all that is read, with the pages that it takes a part of.
const MOST: u64 = 1 << 22;
/// Most boxes in which no other is.
const MOST_BOXES: usize = 64;
/// Most units of all tiles. Encoders write one for each slice, and few besides.
const MOST_UNITS: usize = 1 << 13;
/// Bytes of the start of a unit, with its length, that say what it is. A slice names its parameter sets in them.
const HEAD: u64 = 36;
/// Bytes of the start of a tile in which the sequence header of AV1 must be.
const START: u64 = 1 << 12;
/// Boxes that are never followed by other data than boxes.
const OWN: [&[u8; 4]; 5] = [b"ftyp", b"meta", b"mdat", b"moov", b"free"];

/// Reads it; an error if the file has to be read whole.
pub(in crate::codec) fn outline(outline: &mut Outline) -> io::Result<()> {
    outline.put_in_place(MOST)?;
    boxes(outline)?;
    let wanted = match Items::read(&outline.bytes) {
        Some(items) => of_items(&items),
        None => of_sequence(&outline.bytes),
    };
    for part in wanted.ok_or_else(not_in_order)? {
        match part {
            Part::Whole(range) => outline.keep(range)?,
            Part::Units { range, length } => heads(outline, range, length)?,
            Part::Start(range) => start(outline, range)?,
        }
    }
    Ok(())
}

/// Reads the boxes that describe pictures, and where the others are.
fn boxes(outline: &mut Outline) -> io::Result<()> {
    let (mut at, length) = (0, outline.length());
    for _ in 0..MOST_BOXES {
        if at == length {
            return Ok(());
        }
        outline.keep(at..(at + 16).min(length))?;
        let head = outline.bytes.get(at as usize..).unwrap_or_default();
        let mut fields = Fields(head);
        let (Some(short), Some(kind)) = (fields.uint(4), fields.kind()) else {
            return Ok(()); // less than a box
        };
        let size = match short {
            0 => length - at,
            1 => fields.uint(8).ok_or_else(not_in_order)?,
            size => size,
        };
        let end = at.checked_add(size).ok_or_else(not_in_order)?;
        if size < 8 || end > length {
            // What cameras put behind the boxes is none.
            return match OWN.contains(&&kind) {
                true => Err(not_in_order()),
                false => Ok(()),
            };
        }
        if matches!(&kind, b"meta" | b"moov") {
            outline.keep(at..end)?;
        }
        at = end;
    }
    Err(not_in_order())
}

/// A part of the file that is read.
enum Part {
    Whole(Range<u64>),
    /// The heads of units, before each of which is its length in so many bytes.
    Units {
        range: Range<u64>,
        length: usize,
    },
    /// The start of a tile of AV1.
    Start(Range<u64>),
}

/// What describes the primary item; `None` if it is not coded in tiles that are each in one part of the file.
fn of_items(items: &Items<'_>) -> Option<Vec<Part>> {
    let primary = items.primary();
    let alpha = items.alpha(primary);
    let mut whole: BTreeSet<u32> = items.exif_item(primary).into_iter().collect();
    let mut tiles = BTreeSet::new();
    let mut first = None;
    for item in std::iter::once(primary).chain(alpha) {
        let single = [item];
        let own = match items.kind(item)? == *b"grid" {
            true => {
                whole.insert(item);
                items.targets(b"dimg", item)
            }
            false => &single[..],
        };
        first = first.or(own.first().copied());
        tiles.extend(own);
        tiles.extend(own.iter().filter_map(|&tile| items.alpha(tile)));
    }
    let mut parts = Vec::new();
    for item in whole {
        parts.extend(items.extents(item)?.into_iter().map(Part::Whole));
    }
    for tile in tiles {
        let Ok([range]) = <[_; 1]>::try_from(items.extents(tile)?) else {
            return None;
        };
        match &items.kind(tile)? {
            b"hvc1" => parts.push(units(items.properties(tile), range)?),
            b"av01" if Some(tile) == first => parts.push(Part::Start(range)),
            b"av01" => {}
            _ => return None,
        }
    }
    Some(parts)
}

/// The units of a tile with these properties.
fn units<'p>(
    mut properties: impl Iterator<Item = &'p Property>,
    range: Range<u64>,
) -> Option<Part> {
    let config = properties.find_map(|property| match property {
        Property::HevcConfig(config) => Some(config),
        _ => None,
    })?;
    let length = usize::from(config.get(21)? & 3) + 1;
    Some(Part::Units { range, length })
}

/// What describes the first frame of a sequence.
fn of_sequence(file: &[u8]) -> Option<Vec<Part>> {
    let tracks = Tracks::read(file);
    if let Some(Sequence { frame, .. }) = tracks.sequence(b"av01") {
        return Some(vec![Part::Start(place(file, frame)?)]);
    }
    let sequence = tracks.sequence(b"hvc1")?;
    let color = units(sequence.properties.iter(), place(file, sequence.frame)?)?;
    let mut parts = vec![color];
    if let Some(alpha) = sequence.alpha {
        parts.push(units(alpha.properties.iter(), place(file, alpha.frame)?)?);
    }
    Some(parts)
}

/// Reads the head of each unit.
fn heads(
    outline: &mut Outline,
    Range { mut start, end }: Range<u64>,
    length: usize,
) -> io::Result<()> {
    while start < end {
        if outline.parts.len() > MOST_UNITS {
            return Err(not_in_order());
        }
        outline.keep(start..(start + HEAD).min(end))?;
        let head = outline.bytes.get(start as usize..end as usize);
        let unit = Fields(head.unwrap_or_default()).uint(length);
        start = match unit.and_then(|unit| start.checked_add(length as u64 + unit)) {
            Some(next) => next,
            None => return Ok(()), // the last one is not complete
        };
    }
    Ok(())
}

/// Reads the start of a tile of AV1; an error if the sequence header is not in it.
fn start(outline: &mut Outline, range: Range<u64>) -> io::Result<()> {
    let end = range.end.min(range.start.saturating_add(START));
    outline.keep(range.start..end)?;
    let start = outline.bytes.get(range.start as usize..end as usize);
    let mut units = av1_header::units(start.unwrap_or_default()).flatten();
    match units.any(|(kind, _)| kind == SEQUENCE_HEADER) {
        true => Ok(()),
        false => Err(not_in_order()),
    }
}
