//! Notices damage in run-length encoded files by where their runs end: not where the picture does,
//! or before other data than may follow. The decoders read as many runs as they need.

use super::bytes::{u16_le, u32_be};
use crate::Format;

/// Whether the runs of the picture contradict its size or the length of the file.
pub(super) fn end_elsewhere(format: Format, bytes: &[u8]) -> bool {
    let found = match format {
        Format::Pcx => pcx(bytes),
        Format::Tga => targa(bytes),
        Format::Sun => sun(bytes),
        _ => None,
    };
    found.is_some_and(|Ends { over, rest }| {
        let is_filled = |with: u8| rest.iter().all(|byte| *byte == with);
        // Programs of DOS and CP/M ended files, or filled their last record, with Ctrl-Z.
        let has_end_mark = matches!(format, Format::Pcx | Format::Tga);
        over || !(is_filled(0) || has_end_mark && is_filled(0x1a))
    })
}

/// How the runs end.
struct Ends<'a> {
    /// Whether the last run goes beyond the picture.
    over: bool,
    /// What follows and does not belong to the format; programs fill up with zeros.
    rest: &'a [u8],
}

/// ZSoft PCX: two bits of a byte say that it is a count of up to 63.
fn pcx(bytes: &[u8]) -> Option<Ends<'_>> {
    /// Bytes of a palette: a mark and 256 colours.
    const PALETTE: usize = 769;
    let (version, is_packed, planes) = (bytes.get(1)?, bytes.get(2)?, bytes.get(65)?);
    let rows = u16_le(bytes, 10)?.checked_sub(u16_le(bytes, 6)?)?;
    let row = usize::from(u16_le(bytes, 66)?) * usize::from(*planes);
    if *is_packed != 1 {
        return None;
    }
    let mut left = row * (usize::from(rows) + 1);
    let mut data = bytes.get(128..)?;
    let mut over = false;
    while left > 0 {
        // Photographs are mostly bytes that stand for themselves.
        if let Some((_, after)) = data
            .split_first_chunk::<8>()
            .filter(|(bytes, _)| left >= 8 && bytes.iter().all(|byte| *byte < 0xc0))
        {
            (left, data) = (left - 8, after);
            continue;
        }
        let (&code, after) = data.split_first()?;
        let (count, used) = match code {
            0xc0.. => (usize::from(code & 0x3f), 1),
            _ => (1, 0),
        };
        over = count > left;
        left -= count.min(left);
        data = after.get(used..)?;
    }
    // The palette is found from the end of the file. Some programs also write one, which means
    // nothing, behind pictures of 24 bits.
    let rest = match data.split_last_chunk::<PALETTE>() {
        Some((rest, [12, ..])) if *version == 5 => rest,
        _ => data,
    };
    Some(Ends { over, rest })
}

/// TGA: packets of up to 128 pixels. Behind them, other areas can follow that a footer points to.
fn targa(bytes: &[u8]) -> Option<Ends<'_>> {
    let (id, has_map, kind) = (bytes.first()?, bytes.get(1)?, bytes.get(2)?);
    if !matches!(kind, 9..=11) {
        return None;
    }
    let map = match has_map {
        1 => usize::from(u16_le(bytes, 5)?) * usize::from(*bytes.get(7)?).div_ceil(8),
        _ => 0,
    };
    let pixel = usize::from(*bytes.get(16)?).div_ceil(8);
    let mut left = usize::from(u16_le(bytes, 12)?) * usize::from(u16_le(bytes, 14)?);
    let mut data = bytes.get(18 + usize::from(*id) + map..)?;
    let mut over = false;
    while left > 0 {
        let (&code, after) = data.split_first()?;
        let count = usize::from(code & 0x7f) + 1;
        let stored = if code & 0x80 == 0 { count } else { 1 };
        over = count > left;
        left -= count.min(left);
        data = after.get(stored * pixel..)?;
    }
    // Some programs leave out the zero that ends the signature.
    let unended = data.strip_suffix(b"\0").unwrap_or(data);
    let rest = match unended.strip_suffix(b"TRUEVISION-XFILE.") {
        // Offsets of two areas, of which one can point to further ones.
        Some(before) => match before.split_last_chunk::<8>()? {
            (rest, [0, 0, 0, 0, 0, 0, 0, 0]) => rest,
            _ => &[],
        },
        None => data,
    };
    Some(Ends { over, rest })
}

/// Sun raster: an escape of 128, a count and a value.
fn sun(bytes: &[u8]) -> Option<Ends<'_>> {
    let field = |index: usize| u32_be(bytes, 4 * index).map(|value| value as usize);
    if field(5)? != 2 {
        return None;
    }
    let stride = field(1)?.checked_mul(field(3)?)?.div_ceil(16) * 2;
    let mut left = stride.checked_mul(field(2)?)?;
    let map = if field(6)? == 0 { 0 } else { field(7)? };
    let mut data = bytes.get(map.checked_add(32)?..)?;
    let mut over = false;
    while left > 0 {
        let (count, used) = match data {
            [128, 0, ..] => (1, 2),
            [128, count, _, ..] => (usize::from(*count) + 1, 3),
            [128, ..] | [] => return None,
            _ => (1, 1),
        };
        over = count > left;
        left -= count.min(left);
        data = data.get(used..)?;
    }
    Some(Ends { over, rest: data })
}
