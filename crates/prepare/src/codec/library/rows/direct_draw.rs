//! What a DDS says about its alpha (Microsoft's DDS_HEADER_DXT10).

use super::targa::Use;
use crate::codec::bytes::u32_le;
use crate::pixels::linear_image::LinearImage;
use crate::pixels::raster::{Alpha, Layout};

/// Offsets of the fields, and the bits of the last one that are the kind of alpha.
const CODE: usize = 84;
const KIND: usize = 128;
const MORE: usize = 144;
const ALPHA: u32 = 7;
/// Compressed pixels whose alpha the library divides by.
const BC2: u32 = 74;
const BC3: u32 = 77;

/// Older files say it only in the names of compressed pixels, which the library knows.
pub(super) fn alpha(bytes: &[u8]) -> Use {
    let field = |at: usize| u32_le(bytes, at).unwrap_or(0);
    if bytes.get(CODE..CODE + 4) != Some(b"DX10") {
        return Use::Straight;
    }
    match field(MORE) & ALPHA {
        2 if !matches!(field(KIND), BC2 | BC3) => Use::Premultiplied,
        3 => Use::Nothing,
        _ => Use::Straight,
    }
}

/// Light with alpha of this use.
pub(super) fn applied(alpha: Use, mut image: LinearImage) -> LinearImage {
    match alpha {
        Use::Premultiplied => image.alpha = Alpha::Premultiplied,
        Use::Nothing if image.layout == Layout::Rgba => {
            for pixel in image.samples.as_chunks_mut::<4>().0 {
                pixel[3] = 1.0;
            }
        }
        _ => {}
    }
    image
}
