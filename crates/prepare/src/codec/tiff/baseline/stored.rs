//! Finds the rows of uncompressed strips, so that large files can be read in pieces.

use tiff::TiffError;
use tiff::decoder::ChunkType;
use tiff::tags::Tag;

use super::patched::TiffDecoder;
use super::pixels::Pixels;
use crate::codec::ifd::tag;
use crate::pixels::stored_rows::{Stored, StoredRows};

/// Values of Compression and PhotometricInterpretation (TIFF 6.0, page 30 and 37).
const NONE: u16 = 1;
const BLACK_IS_ZERO: u16 = 1;
const RGB: u16 = 2;
/// Value of Predictor, PlanarConfiguration and SampleFormat for what is usual.
const USUAL: u16 = 1;

/// Where the rows are; `None` for everything but gray and RGB without extra samples and RGB with alpha,
/// whose bytes are the pixels as they are shown.
pub(super) fn rows(
    decoder: &mut TiffDecoder<'_>,
    (width, height): (u32, u32),
    pixels: &Pixels,
) -> Result<Option<StoredRows>, TiffError> {
    let (compression, photometric) = {
        let file = decoder.inner();
        (file.value(tag::COMPRESSION), file.value(tag::PHOTOMETRIC))
    };
    let (Some(NONE), Some(BLACK_IS_ZERO | RGB)) = (compression, photometric) else {
        return Ok(None);
    };
    // Fields of another type than SHORT have other values than these two bytes.
    let seen = [Tag::Compression, Tag::PhotometricInterpretation]
        .map(|name| decoder.find_tag_unsigned::<u16>(name).ok().flatten());
    if seen != [compression, photometric] {
        return Ok(None);
    }
    for name in [Tag::Predictor, Tag::PlanarConfiguration, Tag::SampleFormat] {
        let values = decoder.find_tag_unsigned_vec::<u16>(name)?;
        if values.is_some_and(|values| values.iter().any(|&value| value != USUAL)) {
            return Ok(None);
        }
    }
    let is_big_endian = decoder.byte_order() == tiff::tags::ByteOrder::BigEndian;
    let Some((layout, bytes)) = pixels.as_stored() else {
        return Ok(None);
    };
    if decoder.get_chunk_type() != ChunkType::Strip {
        return Ok(None);
    }
    let (_, rows) = decoder.chunk_dimensions();
    let rows = rows.clamp(1, height.max(1));
    let offsets = decoder.find_tag_unsigned_vec::<u64>(Tag::StripOffsets)?;
    let lengths = decoder.find_tag_unsigned_vec::<u64>(Tag::StripByteCounts)?;
    let (offsets, lengths) = (offsets.unwrap_or_default(), lengths.unwrap_or_default());
    let stride = u64::from(width) * (layout.channels() * bytes) as u64;
    let mut spans = Vec::new();
    for (index, y) in (0..height).step_by(rows as usize).enumerate() {
        let length = stride * u64::from(rows.min(height - y));
        let (Some(&start), Some(&stated)) = (offsets.get(index), lengths.get(index)) else {
            return Ok(None);
        };
        let Some(end) = start.checked_add(length).filter(|_| stated >= length) else {
            return Ok(None);
        };
        spans.push(start..end);
    }
    Ok(usize::try_from(stride).ok().map(|stride| StoredRows {
        height,
        layout,
        alpha: pixels.alpha(),
        stored: match (bytes, is_big_endian) {
            (1, _) => Stored::U8,
            (_, true) => Stored::U16Be,
            (_, false) => Stored::U16Le,
        },
        is_bgr: false,
        is_upside_down: false,
        stride,
        spans,
    }))
}
