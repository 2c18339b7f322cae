//! TIFF through the `tiff` crate, one band of strips or tiles at a time. `pixels` interprets the
//! samples, `photometric` handles colour models that the crate refuses, and `lzw` decompresses LZW.

mod frames;
mod lzw;
mod patched;
mod photometric;
mod pixels;

use std::io::ErrorKind;

use tiff::decoder::{ChunkType, Decoder, DecodingResult};
use tiff::tags::Tag;
use tiff::{TiffError, TiffFormatError};

use crate::codec::contract::{Decode, Header, Memory, Opened, ends_inside};
use crate::codec::ifd::Tiff;
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::light::Light;
use crate::pixels::reduce::Reduced;
use crate::plan::Plan;
use crate::{Error, Format, Limit, LimitExceeded, Limits, Orientation, PictureError};
use patched::{Patched, TiffDecoder};
use photometric::Photometric;
use pixels::{Band, Pixels, Place};

/// PlanarConfiguration for one plane per channel.
const PLANAR: u16 = 2;

/// Reads the header of the first picture in full resolution.
pub(in crate::codec) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let main = Tiff::new(bytes).and_then(Tiff::main);
    open_at(bytes, main.unwrap_or(0), limits)
}

/// Reads the header of the picture whose directory is there.
pub(super) fn open_at<'a>(
    bytes: &'a [u8],
    directory: usize,
    limits: &Limits,
) -> Result<Opened<'a>, Error> {
    let allowed = limits.decoded_bytes;
    let refuse = move |error| refuse(error, allowed);
    let mut file = Patched::new(bytes, directory);
    let photometric = Photometric::find(&mut file);
    let mut decoder = Decoder::new(file)
        .map_err(refuse)?
        .with_limits(library_limits(limits));
    let (width, height) = decoder.dimensions().map_err(refuse)?;
    limits.check_picture((width, height), 1, 0)?;
    if let Some(detail) = frames::oversize(&mut decoder, bytes, height).map_err(refuse)? {
        let format = Format::Tiff;
        return Err(PictureError::Malformed { format, detail }.into());
    }
    let pixels = Pixels::of(&mut decoder, photometric).map_err(refuse)?;
    let sample_bytes = if pixels.is_light() { 4 } else { pixels.bytes() };
    let pixel_bytes = pixels.layout().channels() as u64 * sample_bytes;
    let decoded_bytes = u64::from(width) * u64::from(height) * pixel_bytes;
    let memory = match pixels.is_light() {
        // Floats are in memory as stored, as light, and as part of the raster.
        true => Memory::Peak(decoded_bytes / 2 * 5),
        false => Memory::Bands {
            rows: band(&decoder, height, &pixels),
        },
    };
    let header = Header {
        width,
        height,
        decoded_bytes,
        orientation: orientation(&mut decoder),
        color: match photometric.is_lab() {
            true => Color::Lab,
            false => profile(&mut decoder),
        },
        frames: 1,
        is_scalable: false,
        notes: Vec::new(),
    };
    let decode: Decode<'a> = Box::new(move |plan, _| {
        let size = (width, height);
        let decoded = read(&mut decoder, size, &pixels, plan).map_err(refuse)??;
        if let Decoded::Reduced(reduced) = &decoded
            && pixels.may_be_void(&reduced.raster)
        {
            let opaque = read_void(&mut decoder, size, &pixels.opaque(), plan).map_err(refuse)?;
            return Ok(opaque.map_or(decoded, Decoded::Reduced));
        }
        Ok(decoded)
    });
    Ok(Opened::new(header, decode).with_memory(memory))
}

/// Rows of a band; more if stored pixels are wider than those of the result.
fn band(decoder: &TiffDecoder<'_>, height: u32, pixels: &Pixels) -> u64 {
    // A strip of the whole picture can state 2^32 - 1 rows, which is the default.
    let (_, rows) = decoder.chunk_dimensions();
    let rows = u64::from(rows.min(height));
    let made = pixels.layout().channels() as u64 * pixels.bytes();
    rows.saturating_mul(pixels.stored_bytes().div_ceil(made))
}

fn library_limits(limits: &Limits) -> tiff::decoder::Limits {
    let memory = usize::try_from(limits.decoded_bytes).unwrap_or(usize::MAX);
    let mut library = tiff::decoder::Limits::default();
    library.decoding_buffer_size = memory;
    library.intermediate_buffer_size = memory;
    library
}

/// The ICC profile, read as bytes: as the list of numbers that the library returns it would take 32
/// times as much memory.
fn profile(decoder: &mut TiffDecoder<'_>) -> Color {
    let mut directory = decoder.image_ifd();
    let Some(entry) = directory.find_entry(Tag::IccProfile) else {
        return Color::Unspecified;
    };
    let length = usize::try_from(entry.count()).unwrap_or(usize::MAX);
    if length > Limits::PROFILE_BYTES {
        return Color::Icc(Vec::new());
    }
    let mut icc = vec![0; length];
    match directory.find_tag_bytes(Tag::IccProfile, &mut icc, 0) {
        Ok(Some(found)) if found == length => Color::Icc(icc),
        _ => Color::Icc(Vec::new()),
    }
}

fn orientation(decoder: &mut TiffDecoder<'_>) -> Orientation {
    let found = decoder.find_tag_unsigned::<u16>(Tag::Orientation);
    let found = found.ok().flatten().map(u32::from);
    found.and_then(Orientation::from_exif).unwrap_or_default()
}

/// How the picture is divided into chunks.
struct Chunks {
    size: (u32, u32),
    chunk: (u32, u32),
    across: u32,
    /// Number of chunks of one plane.
    count: u32,
    planes: u32,
    packed: Option<Lzw>,
}

/// What the LZW decoder needs to know about chunks.
struct Lzw {
    /// Stored length of each chunk in bytes.
    lengths: Vec<usize>,
    /// Decompressed length of a row in bytes, including padding.
    row: usize,
}

/// Padding of LZW tiles that is always accepted, in bytes.
const PADDING: usize = 16 << 20;

impl Lzw {
    /// Reads these values; `None` if the compression is not LZW.
    fn of(
        decoder: &mut TiffDecoder<'_>,
        chunk: (u32, u32),
        (pixels, is_planar): (&Pixels, bool),
    ) -> Result<Option<Self>, TiffError> {
        if !decoder.inner().is_lzw() {
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
        decoder.inner().unpack_next(length, unpacked);
    }
}

impl Chunks {
    fn of(
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
        let packed = Lzw::of(decoder, chunk, (pixels, planar == Some(PLANAR)))?;
        Ok(Self {
            size,
            chunk,
            across,
            count,
            planes,
            packed,
        })
    }

    /// The rows of chunks that begin at row `y`, as one band of interleaved samples.
    fn band(
        &self,
        decoder: &mut TiffDecoder<'_>,
        pixels: &Pixels,
        y: u32,
    ) -> Result<Option<Band>, TiffError> {
        let rows = self.chunk.1.min(self.size.1 - y);
        let mut band: Option<Band> = None;
        for plane in 0..self.planes {
            for tile in 0..self.across {
                let index = plane * self.count + y / self.chunk.1 * self.across + tile;
                let (width, _) = decoder.chunk_data_dimensions(index);
                if let Some(packed) = &self.packed {
                    packed.announce(decoder, index);
                }
                let chunk: DecodingResult = decoder.read_chunk(index)?;
                let Some(part) = pixels.unpack(chunk, width as usize, self.planes > 1) else {
                    return Ok(None);
                };
                if self.planes == 1 && self.across == 1 {
                    return Ok(Some(part));
                }
                let whole = band.get_or_insert_with(|| part.blank(pixels, self.size.0, rows));
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

/// Reads the bands that are needed for the square.
fn read(
    decoder: &mut TiffDecoder<'_>,
    size: (u32, u32),
    pixels: &Pixels,
    plan: &Plan,
) -> Result<Result<Decoded, Error>, TiffError> {
    let chunks = Chunks::of(decoder, size, pixels)?;
    let mut reducer = pixels.reducer(plan);
    let mut light = Vec::new();
    for y in (0..size.1).step_by(chunks.chunk.1.max(1) as usize) {
        let rows = chunks.chunk.1.min(size.1 - y);
        let wanted = reducer.wanted();
        if !pixels.is_light() && (y + rows <= wanted.start || y >= wanted.end) {
            reducer.skip(rows);
            continue;
        }
        let Some(band) = chunks.band(decoder, pixels, y)? else {
            return Ok(Err(mixed()));
        };
        pixels.push(&band, size.0 as usize, &mut reducer, &mut light);
    }
    Ok(if pixels.is_light() {
        Ok(Decoded::Light(Light {
            size,
            layout: pixels.layout(),
            alpha: pixels.alpha(),
            samples: light,
            chromaticities: None,
        }))
    } else {
        reducer.finish().map(Decoded::Reduced).ok_or_else(mixed)
    })
}

/// Reads all bands without alpha; `None` if alpha is not zero everywhere.
fn read_void(
    decoder: &mut TiffDecoder<'_>,
    size: (u32, u32),
    pixels: &Pixels,
    plan: &Plan,
) -> Result<Option<Reduced>, TiffError> {
    let chunks = Chunks::of(decoder, size, pixels)?;
    let mut reducer = pixels.reducer(plan);
    for y in (0..size.1).step_by(chunks.chunk.1.max(1) as usize) {
        match chunks.band(decoder, pixels, y)? {
            Some(band) if pixels.is_void(&band) => {
                pixels.push(&band, size.0 as usize, &mut reducer, &mut Vec::new());
            }
            _ => return Ok(None),
        }
    }
    Ok(reducer.finish())
}

fn mixed() -> Error {
    let detail = "pixels do not match the header".into();
    let format = Format::Tiff;
    PictureError::Malformed { format, detail }.into()
}

fn refuse(error: TiffError, allowed: u64) -> Error {
    let format = Format::Tiff;
    match error {
        TiffError::UnsupportedError(feature) => {
            let feature = feature.to_string();
            PictureError::Unsupported { format, feature }.into()
        }
        // The error for rows and strips that are stated larger than the picture.
        TiffError::IntSizeError => {
            let feature = error.to_string();
            PictureError::Unsupported { format, feature }.into()
        }
        TiffError::LimitsExceeded => {
            // The library does not say how large the buffer would be.
            let found = allowed.saturating_add(1);
            LimitExceeded {
                limit: Limit::DecodedBytes,
                found,
                allowed,
            }
            .into()
        }
        TiffError::IoError(cause) if cause.kind() == ErrorKind::UnexpectedEof => {
            ends_inside(format)
        }
        other => {
            let detail = other.to_string();
            PictureError::Malformed { format, detail }.into()
        }
    }
}
