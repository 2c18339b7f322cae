//! Takes the data of strips and tiles from a file that is read once, from its start.

use std::io::BufRead;
use std::ops::Range;

use tiff::TiffError;
use tiff::decoder::ChunkType;
use tiff::tags::Tag;

use super::patched::TiffDecoder;
use crate::pixels::in_order::Forward;

/// PlanarConfiguration for one plane per channel.
const PLANAR: u16 = 2;

/// The file, and where its strips or tiles are.
pub(super) struct Places<'a> {
    file: Forward<'a>,
    places: &'a [Range<u64>],
    /// Length of the longest one, in bytes.
    longest: usize,
}

impl<'a> Places<'a> {
    pub(super) fn new(file: &'a mut dyn BufRead, places: &'a [Range<u64>]) -> Self {
        let file = Forward::new(file);
        let lengths = places
            .iter()
            .map(|place| (place.end - place.start) as usize);
        Self {
            file,
            places,
            longest: lengths.max().unwrap_or(0),
        }
    }

    /// Reads the data of a strip or tile, which the decoder reads next.
    pub(super) fn read(
        &mut self,
        decoder: &mut TiffDecoder<'_>,
        index: u32,
    ) -> Result<(), TiffError> {
        let place = self.places.get(index as usize).cloned().unwrap_or(0..0);
        let length = (place.end - place.start) as usize;
        let file = &mut self.file;
        let data = decoder.inner();
        Ok(data.take_next((length, self.longest), |data| file.read(place.start, data))?)
    }
}

/// Where the strips or tiles are; `None` if they are not decompressed here, or each has a channel only.
pub(super) fn of(
    decoder: &mut TiffDecoder<'_>,
    size: (u32, u32),
) -> Result<Option<Vec<Range<u64>>>, TiffError> {
    let planar = decoder.find_tag_unsigned::<u16>(Tag::PlanarConfiguration)?;
    if !decoder.inner().is_packed() || planar == Some(PLANAR) {
        return Ok(None);
    }
    let (offsets, lengths) = match decoder.get_chunk_type() {
        ChunkType::Strip => (Tag::StripOffsets, Tag::StripByteCounts),
        ChunkType::Tile => (Tag::TileOffsets, Tag::TileByteCounts),
    };
    let mut values = |tag| decoder.find_tag_unsigned_vec::<u64>(tag);
    let (offsets, lengths) = (values(offsets)?, values(lengths)?);
    let (offsets, lengths) = (offsets.unwrap_or_default(), lengths.unwrap_or_default());
    let (across, down) = decoder.chunk_dimensions();
    let count = |side: u32, chunk: u32| side.div_ceil(chunk.max(1)) as usize;
    let count = count(size.0, across).saturating_mul(count(size.1, down));
    let is_all = offsets.len() == count && lengths.len() == count;
    let mut all = offsets.into_iter().zip(lengths);
    let places = all.try_fold(Vec::new(), |mut places, (start, length)| {
        // What has no data is not read at all, or is damaged: both need the whole file.
        let length = Some(length).filter(|length| *length > 0)?;
        places.push(start..start.checked_add(length)?);
        Some(places)
    });
    Ok(places.filter(|_| is_all))
}
