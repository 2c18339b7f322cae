//! PNG through the `png` crate, row by row: only the reduced square is in memory, unless the file
//! is interlaced.

mod damaged;
mod outline;
mod profile;
mod turned;

use std::io::ErrorKind;

use png::{
    BitDepth, CodingIndependentCodePoints, ColorType, DecodingError, Info, Reader, Transformations,
};

use crate::codec::contract::{Decode, Header, Memory, Opened, ends_inside};
use crate::codec::frames;
use crate::codec::whole_file::WholeFile;
use crate::color::{Chromaticities, Color};
use crate::pixels::decoded::Decoded;
use crate::pixels::in_order::InOrder;
use crate::pixels::raster::{Alpha, Layout, Samples};
use crate::pixels::reduce::{Reduced, Reducer};
use crate::plan::Plan;
use crate::{Error, Format, Limit, LimitExceeded, Limits, PictureError};
pub(super) use outline::outline;
use profile::{Profile, profile};

/// Memory for the data before the pixels, in bytes.
const HEADER: usize = 2 * Limits::PROFILE_BYTES;

type PngReader<'a> = Reader<WholeFile<'a>>;

/// Reads the header.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    open_with(bytes, limits, Alpha::Straight)
}

/// Reads the header of a PNG whose colours may be multiplied by alpha.
pub(super) fn open_with<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    alpha: Alpha,
) -> Result<Opened<'a>, Error> {
    let reader = start(WholeFile::new(bytes), limits)?;
    let (layout, is_deep) = layout(reader.output_color_type());
    let info = reader.info();
    let pixels = u64::from(info.width) * u64::from(info.height);
    let header = Header {
        width: info.width,
        height: info.height,
        decoded_bytes: pixels
            .saturating_mul(layout.channels() as u64 * if is_deep { 2 } else { 1 }),
        orientation: turned::orientation(bytes),
        color: color(info, bytes),
        frames: frames::count(Format::Png, bytes),
        is_scalable: false,
        notes: Vec::new(),
    };
    let is_interlaced = info.interlaced;
    let is_narrow = info
        .coding_independent_code_points
        .is_some_and(|points| !points.is_video_full_range_image);
    let made = move |reduced: Option<Reduced>| -> Result<Decoded, Error> {
        let mut reduced = reduced.ok_or_else(missing)?;
        if is_narrow {
            widen(&mut reduced.raster.samples, layout);
        }
        Ok(Decoded::Reduced(reduced))
    };
    let kind = (layout, alpha);
    let decode: Decode<'a> = Box::new(move |plan, _| match read(reader, plan, kind, is_deep) {
        Ok(reduced) => made(reduced),
        Err(error) => {
            let (reduced, note) = damaged::read(bytes, error, plan, kind, is_deep)?;
            Ok(made(reduced)?.damaged(note))
        }
    });
    let limits = *limits;
    let in_order = InOrder::new(0, move |file, plan, _| {
        let reader = start(WholeFile::in_order(file), &limits)?;
        made(read(reader, plan, kind, is_deep).map_err(refuse)?)
    });
    // An interlaced picture is decoded as a whole.
    let memory = match is_interlaced {
        true => Memory::Reduced,
        false => Memory::Bands { rows: 1 },
    };
    let opened = Opened::new(header, decode).with_memory(memory);
    Ok(opened.with_order(|| Some(in_order)))
}

/// Starts to read a file, up to its pixels.
fn start<'a>(file: WholeFile<'a>, limits: &Limits) -> Result<PngReader<'a>, Error> {
    let header = png::Limits { bytes: HEADER };
    let mut decoder = png::Decoder::new_with_limits(file, header);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::EXPAND);
    let found = decoder.read_header_info().map_err(refuse)?;
    let width = found.width;
    limits.check_picture((width, found.height), 1, 0)?;
    // The limit covers a row of pixels of 64 bits and the metadata together.
    let row = (width as usize).saturating_mul(8);
    decoder.set_limits(png::Limits {
        bytes: HEADER.saturating_add(row),
    });
    decoder.read_info().map_err(refuse)
}

/// The first of cICP, iCCP, sRGB, gAMA with cHRM (PNG third edition, 4.3).
fn color(info: &Info<'_>, bytes: &[u8]) -> Color {
    let cicp = |points: CodingIndependentCodePoints| Color::Cicp {
        primaries: points.color_primaries,
        transfer: points.transfer_function,
    };
    let points = info.coding_independent_code_points;
    if let Some(points) = points.filter(is_known) {
        return cicp(points);
    }
    match profile(bytes) {
        Profile::Found(icc) => return Color::Icc(icc),
        Profile::Unusable => return Color::Icc(Vec::new()),
        Profile::Absent => {}
    }
    if info.srgb.is_some() || info.gama_chunk.is_none() && info.chrm_chunk.is_none() {
        return points.map_or(Color::Unspecified, cicp);
    }
    let point = |(x, y): (png::ScaledFloat, png::ScaledFloat)| {
        [x, y].map(|value| f64::from(value.into_scaled()) / 1e5)
    };
    let chromaticities = info.chrm_chunk.map(|found| Chromaticities {
        red: point(found.red),
        green: point(found.green),
        blue: point(found.blue),
        white: point(found.white),
    });
    let exponent = info.gama_chunk.map_or(0, png::ScaledFloat::into_scaled);
    Color::Gamma {
        exponent: f64::from(exponent) / 1e5,
        chromaticities,
    }
}

/// Whether both the primaries and the curve are among those of ITU-T H.273 (2021), tables 2 and 3. If they are
/// unspecified or reserved, the next chunk decides.
fn is_known(points: &CodingIndependentCodePoints) -> bool {
    matches!(points.color_primaries, 1 | 4..=12 | 22)
        && matches!(points.transfer_function, 1 | 4..=18)
}

/// Layout, and whether samples have 16 bits. The decoder has expanded palettes and smaller depths
/// already.
fn layout((color, depth): (ColorType, BitDepth)) -> (Layout, bool) {
    let layout = match color {
        ColorType::Grayscale => Layout::Gray,
        ColorType::GrayscaleAlpha => Layout::GrayAlpha,
        ColorType::Rgb | ColorType::Indexed => Layout::Rgb,
        ColorType::Rgba => Layout::Rgba,
    };
    (layout, depth == BitDepth::Sixteen)
}

fn read(
    mut reader: PngReader<'_>,
    plan: &Plan,
    (layout, alpha): (Layout, Alpha),
    is_deep: bool,
) -> Result<Option<Reduced>, DecodingError> {
    let empty = if is_deep {
        Samples::U16(Vec::new())
    } else {
        Samples::U8(Vec::new())
    };
    let mut reducer = Reducer::new(plan, layout, alpha, empty);
    let mut deep = Vec::new();
    let mut take = |reducer: &mut Reducer, row: &[u8]| push(reducer, row, is_deep, &mut deep);
    if reader.info().interlaced {
        let length = reader.output_buffer_size();
        let mut whole = vec![0; length.ok_or(DecodingError::LimitsExceeded)?];
        let line = reader.next_frame(&mut whole)?.line_size.max(1);
        whole
            .chunks_exact(line)
            .for_each(|row| take(&mut reducer, row));
        return Ok(reducer.finish());
    }
    // Every row is read, so that damage below the square is noticed too.
    while let Some(row) = reader.next_row()? {
        take(&mut reducer, row.data());
    }
    Ok(reducer.finish())
}

/// Passes a row to the reducer, 16-bit samples through a buffer.
fn push(reducer: &mut Reducer, row: &[u8], is_deep: bool, deep: &mut Vec<u16>) {
    if is_deep {
        deep.clear();
        let (pairs, _) = row.as_chunks::<2>();
        deep.extend(pairs.iter().map(|&pair| u16::from_be_bytes(pair)));
        reducer.push(deep);
    } else {
        reducer.push(row);
    }
}

/// Expands narrow-range samples to full range (ITU-T H.273, equations 20 to 22); alpha always has
/// full range.
fn widen(samples: &mut Samples, layout: Layout) {
    let channels = layout.channels();
    let is_color = |at: usize| !layout.has_alpha() || at % channels != channels - 1;
    let unit =
        |sample: f32, depth: f32| ((sample - 16.0 * depth) / (219.0 * depth)).clamp(0.0, 1.0);
    match samples {
        Samples::U8(samples) => {
            let color = samples
                .iter_mut()
                .enumerate()
                .filter(|(at, _)| is_color(*at));
            color.for_each(|(_, v)| *v = (unit(f32::from(*v), 1.0) * 255.0).round() as u8);
        }
        Samples::U16(samples) => {
            let color = samples
                .iter_mut()
                .enumerate()
                .filter(|(at, _)| is_color(*at));
            color.for_each(|(_, v)| *v = (unit(f32::from(*v), 256.0) * 65_535.0).round() as u16);
        }
    }
}

fn missing() -> PictureError {
    PictureError::Malformed {
        format: Format::Png,
        detail: "pixels do not match the header".into(),
    }
}

/// The message of an error, without names from the library.
fn words(error: &DecodingError) -> String {
    let said = error.to_string();
    let is_debug = said.contains(['{', '[']) || said.contains("::");
    match error {
        _ if said.contains("CRC") => "the checksum of a chunk is wrong".into(),
        _ if said.contains("deflate") || said.contains("flate") => {
            "its compressed data is damaged".into()
        }
        _ if is_debug => "a chunk is missing, broken or out of place".into(),
        _ => said,
    }
}

fn refuse(error: DecodingError) -> Error {
    let format = Format::Png;
    match error {
        DecodingError::LimitsExceeded => {
            // The library does not say how large the chunk is.
            let allowed = HEADER as u64;
            LimitExceeded {
                limit: Limit::Metadata,
                found: allowed + 1,
                allowed,
            }
            .into()
        }
        DecodingError::IoError(cause) if cause.kind() == ErrorKind::UnexpectedEof => {
            ends_inside(format)
        }
        other => {
            let detail = words(&other);
            PictureError::Malformed { format, detail }.into()
        }
    }
}
