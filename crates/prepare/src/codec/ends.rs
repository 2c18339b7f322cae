//! Finds where a file should end according to its container. This distinguishes files that are cut
//! short from files that are damaged inside.

use crate::Format;

/// Whether files of the format say where they end.
pub(super) fn is_stated(format: Format) -> bool {
    matches!(
        format,
        Format::WebP | Format::Icns | Format::Avif | Format::Heif
    )
}

/// How many bytes are missing at the end of a file; `None` if none are, or if the file does not
/// record its length.
pub(super) fn missing(format: Format, bytes: &[u8]) -> Option<u64> {
    let length = bytes.len() as u64;
    let end = match format {
        Format::WebP => riff(bytes)?,
        Format::Icns => u32::from_be_bytes(*bytes.get(4..)?.first_chunk()?).into(),
        Format::Avif | Format::Heif => boxes(bytes)?,
        _ => return None,
    };
    // Some writers count a padding byte but do not write it.
    end.checked_sub(length).filter(|missing| *missing > 1)
}

/// The length in the file does not count the first eight bytes.
fn riff(bytes: &[u8]) -> Option<u64> {
    let length = bytes.get(4..)?.first_chunk()?;
    Some(8 + u64::from(u32::from_le_bytes(*length)))
}

/// Boxes of picture files. In files of some cameras other data follows them, which is not read as
/// boxes.
const BOXES: [&[u8; 4]; 5] = [b"ftyp", b"meta", b"mdat", b"moov", b"free"];

/// The end of the last box (ISO/IEC 14496-12, 4.2). A box with length 0 reaches to the end of the
/// file, so nothing can be missing.
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

/// Adds `more` to the length of the WebP chunk that contains the last kept byte, and to the length
/// of the file.
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

/// Whether the last byte of a WebP is in a lossy frame.
pub(super) fn is_lossy(file: &[u8]) -> bool {
    let frame = chunk_around(file, file.len());
    let inside = frame.and_then(|at| match file.get(at..)? {
        // An animation's frame has a header before its own chunks.
        frame @ [b'A', b'N', b'M', b'F', ..] => frame.get(24..28),
        chunk => chunk.get(..4),
    });
    inside.is_some_and(|name| matches!(name, b"VP8 " | b"ALPH"))
}

/// Where the chunk begins that contains the byte before `end`.
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
