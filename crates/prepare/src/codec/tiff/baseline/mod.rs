//! TIFF through the `tiff` crate, one band of strips or tiles at a time. `chunks` knows how the
//! picture is divided, `pixels` interprets the samples, `photometric` handles colour models that the
//! crate refuses, and `unpack` decompresses what the crate does not check.

mod band;
mod chunks;
mod frames;
mod interpretation;
mod lzw;
mod patched;
mod pixels;
mod places;
mod stored;
mod unpack;
mod unpacked;

use std::io::ErrorKind;
use std::ops::Range;
use std::sync::Arc;

use tiff::TiffError;
use tiff::decoder::Decoder;
use tiff::tags::Tag;

use crate::codec::contract::{Decode, Header, Memory, Opened, ends_inside, needs_more_than};
use crate::codec::ifd::Tiff;
use crate::codec::tiff::data::light_or_data;
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::in_order::{InOrder, not_in_order};
use crate::pixels::linear_image::LinearImage;
use crate::pixels::reduce::Reduced;
use crate::plan::Plan;
use crate::{Error, Format, Limits, Note, Orientation, PictureError};
use chunks::Chunks;
use interpretation::Interpretation;
use patched::{Patched, TiffDecoder};
use pixels::Pixels;
use places::Places;

/// Bytes of a value that the library reads before it is given a limit, as `tiff::decoder::Limits` has it by default.
const LIBRARY_LIMIT: u64 = 256 << 20;

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
    let (mut decoder, photometric) = start(bytes, directory, limits).map_err(refuse)?;
    let (width, height) = decoder.dimensions().map_err(refuse)?;
    limits.check_picture((width, height), 1, 0)?;
    if let Some(detail) = frames::oversize(&mut decoder, bytes, height).map_err(refuse)? {
        let format = Format::Tiff;
        return Err(PictureError::Malformed { format, detail }.into());
    }
    let pixels = Pixels::of(&mut decoder, photometric).map_err(refuse)?;
    let sample_bytes = if pixels.is_linear() {
        4
    } else {
        pixels.bytes()
    };
    let pixel_bytes = pixels.layout().channels() as u64 * sample_bytes;
    let decoded_bytes = u64::from(width) * u64::from(height) * pixel_bytes;
    let tables = tables(&decoder, (width, height));
    let row = (u64::from(width) * pixel_bytes).max(1);
    let memory = match pixels.is_linear() {
        // Floats are in memory as stored, as light, and as part of the raster.
        true => Memory::Peak(decoded_bytes / 2 * 5 + tables),
        false => Memory::Bands {
            rows: band(&decoder, height, &pixels) + tables.div_ceil(COPIES * row),
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
    let in_order = {
        let (pixels, limits) = (pixels.clone(), *limits);
        move || in_order(pixels, (bytes, directory), &limits)
    };
    let decode: Decode<'a> = Box::new(move |plan, _| {
        let size = (width, height);
        let decoded = read(&mut decoder, size, &pixels, plan, None).map_err(refuse)??;
        if let Decoded::Reduced(reduced) = &decoded
            && pixels.may_be_void(&reduced.raster)
        {
            let opaque = read_void(&mut decoder, size, &pixels.opaque(), plan).map_err(refuse)?;
            return Ok(noted(
                opaque.map_or(decoded, Decoded::Reduced),
                &mut decoder,
            ));
        }
        Ok(noted(decoded, &mut decoder))
    });
    let opened = Opened::new(header, decode).with_memory(memory);
    Ok(opened.with_order(in_order))
}

/// The decoder of the library, at this directory.
fn start<'a>(
    bytes: &'a [u8],
    directory: usize,
    limits: &Limits,
) -> Result<(TiffDecoder<'a>, Interpretation), TiffError> {
    let mut file = Patched::new(bytes, directory);
    file.hide_texts(limits.decoded_bytes.min(LIBRARY_LIMIT));
    let photometric = Interpretation::find(&mut file);
    let decoder = Decoder::new(file)?.with_limits(library_limits(limits));
    Ok((decoder, photometric))
}

/// Whether no directory, and no value of one, is where the pixels are.
fn is_apart(bytes: &[u8], pixels: &[Range<u64>]) -> bool {
    Tiff::new(bytes).is_some_and(|tiff| tiff.is_apart_from(pixels))
}

/// Decodes rows or compressed strips and tiles in order. It opens the file once more, because only files that
/// are read in pieces need it.
fn in_order<'a>(
    pixels: Pixels,
    (bytes, directory): (&'a [u8], usize),
    limits: &Limits,
) -> Option<InOrder<'a>> {
    let (mut decoder, _) = start(bytes, directory, limits).ok()?;
    let size = decoder.dimensions().ok()?;
    let rows = stored::rows(&mut decoder, size, &pixels).ok().flatten();
    let in_order = match rows.and_then(|rows| InOrder::of_rows(Format::Tiff, rows)) {
        None => packed_in_order(decoder, pixels, limits),
        rows => rows,
    };
    in_order.filter(|it| is_apart(bytes, it.spans.as_deref().unwrap_or_default()))
}

/// Compressed strips or tiles of all channels, if they follow one another as they are shown.
fn packed_in_order<'a>(
    mut decoder: TiffDecoder<'a>,
    pixels: Pixels,
    limits: &Limits,
) -> Option<InOrder<'a>> {
    let size = decoder.dimensions().ok()?;
    if !pixels.is_of_whole_bytes() {
        return None;
    }
    let places: Arc<[_]> = places::of(&mut decoder, size).ok()??.into();
    let longest = places.iter().map(|span| span.end - span.start).max()?;
    let allowed = limits.decoded_bytes;
    let refuse = move |error| refuse(error, allowed);
    let held = usize::try_from(longest).ok()?;
    let held = held.checked_add(size_of_val(&*places))?;
    let spans = Arc::clone(&places);
    let in_order = InOrder::new(held, move |file, plan, _| {
        let mut places = Places::new(file, &places);
        let places = Some(&mut places);
        let decoded = read(&mut decoder, size, &pixels, plan, places).map_err(refuse)??;
        match &decoded {
            // It has to be decoded again, without alpha.
            Decoded::Reduced(reduced) if pixels.may_be_void(&reduced.raster) => {
                Err(not_in_order().into())
            }
            _ => Ok(noted(decoded, &mut decoder)),
        }
    });
    Some(in_order.with_spans(spans))
}

/// The pixels, with a note if the data of some strip or tile is not what it should be.
fn noted(pixels: Decoded, decoder: &mut TiffDecoder<'_>) -> Decoded {
    match decoder.inner().is_damaged() {
        true => pixels.damaged(Note::Damaged { percent: 100 }),
        false => pixels,
    }
}

/// How often each row of a band is counted in the estimate.
const COPIES: u64 = 3;

/// Bytes in which the library and this decoder keep where the strips or tiles are: 48 for each, as measured.
fn tables(decoder: &TiffDecoder<'_>, (width, height): (u32, u32)) -> u64 {
    let (across, down) = decoder.chunk_dimensions();
    let count = |side: u32, chunk: u32| u64::from(side.div_ceil(chunk.max(1)));
    count(width, across) * count(height, down) * 48
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

/// Reads the bands that are needed for the square. If there are `places`, data comes from there.
fn read(
    decoder: &mut TiffDecoder<'_>,
    size: (u32, u32),
    pixels: &Pixels,
    plan: &Plan,
    mut places: Option<&mut Places<'_>>,
) -> Result<Result<Decoded, Error>, TiffError> {
    let chunks = Chunks::of(decoder, size, pixels)?;
    let mut reducer = pixels.reducer(plan);
    let mut linear = Vec::new();
    let columns = match pixels.is_linear() {
        true => 0..size.0,
        false => reducer.columns(),
    };
    for y in (0..size.1).step_by(chunks.rows() as usize) {
        let rows = chunks.rows().min(size.1 - y);
        let wanted = reducer.wanted();
        if !pixels.is_linear() && (y + rows <= wanted.start || y >= wanted.end) {
            reducer.skip(rows);
            continue;
        }
        let places = places.as_deref_mut();
        let Some(band) = chunks.band(decoder, pixels, (y, &columns), places)? else {
            return Ok(Err(mixed()));
        };
        pixels.push(&band, size.0 as usize, &mut reducer, &mut linear);
    }
    Ok(if pixels.is_linear() {
        Ok(light_or_data(LinearImage {
            size,
            layout: pixels.layout(),
            alpha: pixels.alpha(),
            samples: linear,
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
    for y in (0..size.1).step_by(chunks.rows() as usize) {
        match chunks.band(decoder, pixels, (y, &(0..size.0)), None)? {
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
        TiffError::LimitsExceeded => needs_more_than(allowed),
        TiffError::IoError(cause) if cause.kind() == ErrorKind::UnexpectedEof => {
            ends_inside(format)
        }
        other => {
            let detail = other.to_string();
            PictureError::Malformed { format, detail }.into()
        }
    }
}
