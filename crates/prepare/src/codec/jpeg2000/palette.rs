//! Checks the palette of a JP2 file and how it makes channels (ISO/IEC 15444-1, I.5.3.4 and I.5.3.5). The library shows
//! indexes as gray if it does not understand the palette.

use super::header::Header;
use crate::codec::bytes;

/// Most entries, and most bits of a column.
const ENTRIES: u16 = 1024;
const BITS: u8 = 38;

/// Most channels: four colours, alpha, and some that are not shown.
const CHANNELS: usize = 8;

/// Bits of each channel that the library makes of components with these bits.
pub(super) fn depths(header: &Header<'_>, components: &[u8]) -> Result<Vec<u8>, String> {
    let mapping = header.mapping.map(|content| content.as_chunks::<4>().0);
    let Some(palette) = header.palette else {
        // What maps without a palette can only keep the order.
        let is_plain = |(at, it): (usize, &[u8; 4])| {
            it[2] == 0 && bytes::u16_be(it, 0).is_some_and(|from| usize::from(from) == at)
        };
        return match mapping.is_none_or(|mapping| mapping.iter().enumerate().all(is_plain)) {
            true => Ok(components.to_vec()),
            false => Err("it maps components with a palette that is missing".into()),
        };
    };
    let columns = columns(palette)?;
    if mapping.map_or(columns.len(), <[_]>::len) > CHANNELS {
        return Err(format!("its palette makes more than {CHANNELS} channels"));
    }
    let Some(mapping) = mapping else {
        return Ok(columns);
    };
    let channel = |it: &[u8; 4]| {
        let component = components.get(usize::from(bytes::u16_be(it, 0)?))?;
        match it[2] {
            0 => Some(*component),
            1 => columns.get(usize::from(it[3])).copied(),
            _ => None,
        }
    };
    let channels: Option<Vec<u8>> = mapping.iter().map(channel).collect();
    channels.ok_or_else(|| "it maps components that are missing".into())
}

/// Bits of each column.
fn columns(palette: &[u8]) -> Result<Vec<u8>, String> {
    let count = bytes::u16_be(palette, 0).unwrap_or(0);
    let width = usize::from(palette.get(2).copied().unwrap_or(0));
    let columns = palette.get(3..3 + width).unwrap_or_default();
    let bits: Vec<u8> = columns.iter().map(|it| (it & 0x7f) + 1).collect();
    let entry: usize = bits.iter().map(|bits| usize::from(bits.div_ceil(8))).sum();
    let rest = palette.get(3 + width..).unwrap_or_default();
    if columns.iter().any(|it| it & 0x80 != 0) {
        return Err("its palette has signed numbers".into());
    }
    let is_sound = (1..=ENTRIES).contains(&count) && bits.iter().all(|bits| *bits <= BITS);
    if !is_sound || columns.is_empty() || rest.len() < usize::from(count) * entry {
        return Err("its palette is damaged".into());
    }
    Ok(bits)
}
