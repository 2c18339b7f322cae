//! How a picture is divided into strips or tiles, and how they become bands of rows.

use std::ops::Range;

use tiff::decoder::{ChunkType, DecodingResult};
use tiff::tags::Tag;
use tiff::{TiffError, TiffFormatError};

use super::band::{Band, Place};
use super::patched::TiffDecoder;
use super::pixels::Pixels;
use super::places::Places;
use crate::codec::ifd::tag;

/// The value of Compression for JPEG with tables of its own.
const JPEG: u16 = 7;
/// PlanarConfiguration for one plane per channel.
const PLANAR: u16 = 2;

/// How the picture is divided into chunks.
pub(super) struct Chunks {
    size: (u32, u32),
    chunk: (u32, u32),
    across: u32,
    /// Number of chunks of one plane.
    count: u32,
    planes: u32,
    packed: Option<Packed>,
    jpegs: Option<Jpegs>,
}

/// Where the JPEG of each chunk is.
struct Jpegs {
    offsets: Vec<u64>,
    lengths: Vec<usize>,
}

impl Jpegs {
    /// Reads the places; `None` if chunks are not JPEG.
    fn of(decoder: &mut TiffDecoder<'_>) -> Result<Option<Self>, TiffError> {
        if decoder.inner().value(tag::COMPRESSION) != Some(JPEG) {
            return Ok(None);
        }
        let (offsets, lengths) = match decoder.get_chunk_type() {
            ChunkType::Strip => (Tag::StripOffsets, Tag::StripByteCounts),
            ChunkType::Tile => (Tag::TileOffsets, Tag::TileByteCounts),
        };
        Ok(Some(Self {
            offsets: decoder.find_tag_unsigned_vec(offsets)?.unwrap_or_default(),
            lengths: decoder.find_tag_unsigned_vec(lengths)?.unwrap_or_default(),
        }))
    }

    fn check(&self, decoder: &mut TiffDecoder<'_>, index: u32) -> Result<(), TiffError> {
        let index = index as usize;
        if let (Some(&offset), Some(&length)) = (self.offsets.get(index), self.lengths.get(index)) {
            decoder.inner().check_jpeg(offset, length)?;
        }
        Ok(())
    }
}

/// What is needed to decompress chunks here.
struct Packed {
    /// Stored length of each chunk in bytes.
    lengths: Vec<usize>,
    /// Decompressed length of a row in bytes, including padding.
    row: usize,
}

/// Padding of compressed tiles that is always accepted, in bytes.
const PADDING: usize = 16 << 20;

impl Packed {
    /// Reads these values; `None` if the library decompresses.
    fn of(
        decoder: &mut TiffDecoder<'_>,
        chunk: (u32, u32),
        (pixels, is_planar): (&Pixels, bool),
    ) -> Result<Option<Self>, TiffError> {
        if !decoder.inner().is_packed() {
            return Ok(None);
        }
        let lengths = match decoder.get_chunk_type() {
            ChunkType::Strip => Tag::StripByteCounts,
            ChunkType::Tile => Tag::TileByteCounts,
        };
        let lengths = decoder.find_tag_unsigned_vec(lengths)?.unwrap_or_default();
        let samples = match is_planar {
            true => 1,
            false => decoder
                .find_tag_unsigned(Tag::SamplesPerPixel)?
                .unwrap_or(1),
        };
        let row = pixels.row_bytes(chunk.0 as usize, samples);
        let (width, height) = decoder.dimensions()?;
        let shown = pixels.row_bytes(width as usize, samples);
        let rows = chunk.1.min(height) as usize;
        if row.saturating_mul(rows) > shown.saturating_mul(rows).saturating_add(PADDING) {
            return Err(TiffError::LimitsExceeded);
        }
        Ok(Some(Self { lengths, row }))
    }

    fn announce(&self, decoder: &mut TiffDecoder<'_>, index: u32) {
        let (_, rows) = decoder.chunk_data_dimensions(index);
        let length = self.lengths.get(index as usize).copied().unwrap_or(0);
        let unpacked = self.row.saturating_mul(rows as usize);
        // Tiles go on below the picture, and some programs also fill the last strip, even if it is
        // the only one. The largest number of rows means the whole picture and cannot be filled.
        let (_, usual) = decoder.chunk_dimensions();
        let is_only_strip = index == 0 && decoder.get_chunk_type() == ChunkType::Strip;
        let is_exact = rows == usual || is_only_strip && usual == u32::MAX;
        decoder.inner().unpack_next(length, unpacked, is_exact);
    }
}

impl Chunks {
    pub(super) fn of(
        decoder: &mut TiffDecoder<'_>,
        size: (u32, u32),
        pixels: &Pixels,
    ) -> Result<Self, TiffError> {
        let chunk = decoder.chunk_dimensions();
        let across = size.0.div_ceil(chunk.0.max(1));
        let count = across.saturating_mul(size.1.div_ceil(chunk.1.max(1)));
        let planar = decoder.find_tag_unsigned::<u16>(Tag::PlanarConfiguration)?;
        let stored = pixels.stored() as u32;
        // The library does not count strips that state the largest possible number of rows.
        let total = match decoder.get_chunk_type() {
            ChunkType::Strip if planar == Some(PLANAR) => count.saturating_mul(stored),
            ChunkType::Strip => count,
            ChunkType::Tile => decoder.tile_count()?,
        };
        let planes = match planar {
            // Planes after the channels are not shown.
            Some(PLANAR) => (total / count.max(1)).min(stored),
            _ => 1,
        };
        let is_empty = chunk.0 == 0 || chunk.1 == 0 || count == 0;
        if is_empty || planes == 0 || total < count {
            return Err(TiffFormatError::InconsistentSizesEncountered.into());
        }
        let packed = Packed::of(decoder, chunk, (pixels, planar == Some(PLANAR)))?;
        Ok(Self {
            size,
            chunk,
            across,
            count,
            planes,
            packed,
            jpegs: Jpegs::of(decoder)?,
        })
    }

    /// The tiles in a row that have some of these columns.
    fn tiles(&self, columns: &Range<u32>) -> Range<u32> {
        let end = columns.end.div_ceil(self.chunk.0.max(1));
        columns.start / self.chunk.0.max(1)..end.min(self.across)
    }

    /// Rows of a chunk.
    pub(super) fn rows(&self) -> u32 {
        self.chunk.1.max(1)
    }

    /// The rows of chunks that begin at row `y`, as one band of interleaved samples. Tiles without any of these
    /// columns are not decoded. If there is a `file`, data comes from there.
    pub(super) fn band(
        &self,
        decoder: &mut TiffDecoder<'_>,
        pixels: &Pixels,
        (y, columns): (u32, &Range<u32>),
        mut file: Option<&mut Places<'_>>,
    ) -> Result<Option<Band>, TiffError> {
        let rows = self.chunk.1.min(self.size.1 - y);
        let mut band: Option<Band> = None;
        for plane in 0..self.planes {
            for tile in self.tiles(columns) {
                let index = plane * self.count + y / self.chunk.1 * self.across + tile;
                let (width, _) = decoder.chunk_data_dimensions(index);
                if let Some(packed) = &self.packed {
                    packed.announce(decoder, index);
                }
                if let Some(file) = file.as_deref_mut() {
                    file.read(decoder, index)?;
                }
                if let Some(jpegs) = &self.jpegs {
                    jpegs.check(decoder, index)?;
                }
                let chunk: DecodingResult = decoder.read_chunk(index)?;
                let Some(part) = pixels.unpack(chunk, width as usize, self.planes > 1) else {
                    return Ok(None);
                };
                if self.planes == 1 && self.across == 1 {
                    return Ok(Some(part));
                }
                let whole =
                    band.get_or_insert_with(|| part.blank(pixels.stored(), self.size.0, rows));
                let place = Place {
                    x: (tile * self.chunk.0) as usize,
                    width: width as usize,
                    whole: self.size.0 as usize,
                    stored: pixels.stored(),
                    channel: (self.planes > 1).then_some(plane as usize),
                };
                whole.place(&part, &place);
            }
        }
        Ok(band)
    }
}
