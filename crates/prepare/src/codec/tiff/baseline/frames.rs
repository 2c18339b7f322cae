//! Checks the size in JPEG strips and tiles: the library would allocate whatever size the JPEG
//! itself states, so one that is larger than its strip or tile is refused before.

use tiff::TiffError;
use tiff::decoder::ChunkType;
use tiff::tags::Tag;

use super::patched::TiffDecoder;

const JPEG: u16 = 7;
/// Sides may be rounded up to multiples of this, because programs fill the last blocks.
const BLOCK: u32 = 16;

/// Describes a JPEG that is larger than its strip or tile; `None` if there is none. `height` is
/// that of the picture.
pub(super) fn oversize(
    decoder: &mut TiffDecoder<'_>,
    bytes: &[u8],
    height: u32,
) -> Result<Option<String>, TiffError> {
    if decoder.find_tag_unsigned::<u16>(Tag::Compression)? != Some(JPEG) {
        return Ok(None);
    }
    let (width, rows) = decoder.chunk_dimensions();
    let (offsets, rows) = match decoder.get_chunk_type() {
        ChunkType::Strip => (Tag::StripOffsets, rows.min(height)),
        // Whole, also where the picture is lower.
        ChunkType::Tile => (Tag::TileOffsets, rows),
    };
    let allowed = [width, rows].map(|side| u64::from(side.next_multiple_of(BLOCK)));
    let offsets = decoder.find_tag_unsigned_vec::<u64>(offsets)?;
    for offset in offsets.unwrap_or_default() {
        let data = usize::try_from(offset).ok().and_then(|at| bytes.get(at..));
        let [width, height] = largest(data.unwrap_or_default()).map(u64::from);
        if width > allowed[0] || height > allowed[1] {
            let text = format!(
                "a JPEG of {width} x {height} in a place of {} x {}",
                allowed[0], allowed[1]
            );
            return Ok(Some(text));
        }
    }
    Ok(None)
}

/// The largest width and height of the frames before the first scan (ITU-T T.81, B.2.2). Without
/// markers where they should be, the largest possible size is returned, because any could follow.
fn largest(data: &[u8]) -> [u16; 2] {
    let mut found = [0; 2];
    let Some(mut rest) = data.strip_prefix(&[0xff, 0xd8]) else {
        return found;
    };
    loop {
        rest = match rest {
            [0xff, 0xff, ..] => &rest[1..],
            [0xff, 0xda | 0xd9, ..] | [] => return found,
            [0xff, 0x01 | 0xd0..=0xd8, after @ ..] => after,
            [0xff, marker, high, low, ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                if let (0xc0..=0xcf, Some([_, _, _, h1, h0, w1, w0])) = (marker, rest.get(2..9))
                    && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
                {
                    let size = [[*w1, *w0], [*h1, *h0]].map(u16::from_be_bytes);
                    found = [found[0].max(size[0]), found[1].max(size[1])];
                }
                rest.get(2 + length..).unwrap_or_default()
            }
            _ => return [u16::MAX; 2],
        };
    }
}
