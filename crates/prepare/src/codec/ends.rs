//! Where containers say that they end, so that files that are cut short are told from damaged ones.

use crate::Format;

/// How many bytes a file lacks; `None` if it has all or does not say.
pub(super) fn missing(format: Format, bytes: &[u8]) -> Option<u64> {
    let length = bytes.len() as u64;
    let end = match format {
        Format::WebP => riff(bytes)?,
        Format::Icns => u32::from_be_bytes(*bytes.get(4..)?.first_chunk()?).into(),
        Format::Avif | Format::Heif => boxes(bytes)?,
        _ => return None,
    };
    // Some writers count a byte of padding that they leave out.
    end.checked_sub(length).filter(|missing| *missing > 1)
}

/// Eight bytes before what the length counts.
fn riff(bytes: &[u8]) -> Option<u64> {
    let length = bytes.get(4..)?.first_chunk()?;
    Some(8 + u64::from(u32::from_le_bytes(*length)))
}

/// Boxes that hold pictures. What follows them in some cameras' files is no box, and is not looked at.
const BOXES: [&[u8; 4]; 5] = [b"ftyp", b"meta", b"mdat", b"moov", b"free"];

/// The end of the last box (ISO/IEC 14496-12, 4.2); a box of no stated length ends with the file.
fn boxes(bytes: &[u8]) -> Option<u64> {
    let mut at = 0u64;
    while let Some(rest) = bytes
        .get(usize::try_from(at).ok()?..)
        .filter(|rest| !rest.is_empty())
    {
        let (Some(length), Some(name)) = (rest.first_chunk(), rest.get(4..8)) else {
            return at.checked_add(8);
        };
        if !BOXES.iter().any(|known| *known == name) {
            return None;
        }
        let length = match u32::from_be_bytes(*length) {
            0 => return None,
            1 => match rest.get(8..).and_then(|rest| rest.first_chunk()) {
                Some(length) => u64::from_be_bytes(*length),
                None => return at.checked_add(16),
            },
            length => length.into(),
        };
        if length < 8 {
            return None;
        }
        at = at.checked_add(length)?;
    }
    Some(at)
}

/// Lets the chunk of a WebP in which its bytes end go on for so many bytes more than it says.
pub(super) fn lengthen(file: &mut [u8], kept: usize, more: u32) {
    let Some(at) = chunk_around(file, kept) else {
        return;
    };
    for at in [4, at + 4] {
        let field = file.get_mut(at..).and_then(|rest| rest.first_chunk_mut());
        if let Some(field) = field {
            *field = u32::from_le_bytes(*field)
                .saturating_add(more)
                .to_le_bytes();
        }
    }
}

/// Where the chunk begins that holds the byte before `end`.
fn chunk_around(file: &[u8], end: usize) -> Option<usize> {
    let mut at = 12usize;
    loop {
        let length = file.get(at + 4..)?.first_chunk()?;
        let length = u32::from_le_bytes(*length) as usize;
        let next = at
            .checked_add(8)?
            .checked_add(length)?
            .checked_add(length % 2)?;
        if next >= end {
            return Some(at);
        }
        at = next;
    }
}
