//! Decodes PNGs that end early, lack rows or fail a checksum, and keeps the rows that can be
//! trusted.

use std::io::{Cursor, ErrorKind};

use png::{DecodeOptions, Decoder, DecodingError, InterlaceInfo, Transformations};

use super::{HEADER, PngReader, push, refuse, words};
use crate::codec::damage::Damage;
use crate::pixels::raster::{Alpha, Layout, Samples};
use crate::pixels::reduce::{Reduced, Reducer};
use crate::plan::Plan;
use crate::{Error, Format, Note};

/// Decodes as far as possible after an error, without the checksums of chunks.
pub(super) fn read(
    bytes: &[u8],
    error: DecodingError,
    plan: &Plan,
    kind: (Layout, Alpha),
    is_deep: bool,
) -> Result<(Option<Reduced>, Note), Error> {
    let damage = match &error {
        DecodingError::IoError(cause) if cause.kind() == ErrorKind::UnexpectedEof => {
            Damage::FileEnds
        }
        DecodingError::Format(_) => Damage::Inside(words(&error)),
        _ => return Err(refuse(error)),
    };
    // Rows after the first broken chunk can be wrong even if they decode.
    let broken = first_broken(bytes);
    let all = rows(bytes, plan, kind, is_deep)?;
    let share = match broken {
        Some(at) if !all.is_proven => {
            let before = rows(bytes.get(..at).unwrap_or_default(), plan, kind, is_deep);
            before.map_or(0.0, |before| before.share.min(all.share))
        }
        _ => all.share,
    };
    let note = damage.accept(Format::Png, share)?;
    Ok((all.reducer.finish(), note))
}

/// The rows that could be decoded; missing ones are gray.
struct Rows {
    reducer: Reducer,
    /// Share of the part that is shown that could be decoded.
    share: f64,
    /// Whether the checksum of all pixels is right, so that all of them can be trusted.
    is_proven: bool,
}

fn rows(
    bytes: &[u8],
    plan: &Plan,
    (layout, alpha): (Layout, Alpha),
    is_deep: bool,
) -> Result<Rows, Error> {
    let mut reader = open(bytes).map_err(refuse)?;
    let empty = if is_deep {
        Samples::U16(Vec::new())
    } else {
        Samples::U8(Vec::new())
    };
    let mut reducer = Reducer::new(plan, layout, alpha, empty);
    let (width, is_interlaced) = (reader.info().width, reader.info().interlaced);
    let (share, is_proven) = if is_interlaced {
        interlaced(&mut reader, &mut reducer, is_deep)
    } else {
        let mut deep = Vec::new();
        let is_proven = loop {
            match reader.next_row() {
                Ok(Some(row)) => push(&mut reducer, row.data(), is_deep, &mut deep),
                Ok(None) => break true,
                Err(_) => break false,
            }
        };
        (reducer.share(), is_proven)
    };
    match is_deep {
        true => reducer.fill::<u16>(width),
        false => reducer.fill::<u8>(width),
    }
    Ok(Rows {
        reducer,
        share,
        is_proven,
    })
}

/// Opens the file without checking chunks, but with the checksum of all pixels.
fn open(bytes: &[u8]) -> Result<PngReader<'_>, DecodingError> {
    let mut options = DecodeOptions::default();
    options.set_ignore_crc(true);
    options.set_ignore_adler32(false);
    let mut decoder = Decoder::new_with_options(Cursor::new(bytes), options);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::EXPAND);
    let width = decoder.read_header_info()?.width as usize;
    decoder.set_limits(png::Limits {
        bytes: HEADER.saturating_add(width.saturating_mul(8)),
    });
    decoder.read_info()
}

/// The last of the seven passes has every other row: where its end is missing, the rows above are
/// used. Nine tenths of the picture are more than all passes except the last.
fn interlaced(reader: &mut PngReader<'_>, reducer: &mut Reducer, is_deep: bool) -> (f64, bool) {
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    let (color, depth) = reader.output_color_type();
    let pixel = color.samples()
        * if depth == png::BitDepth::Sixteen {
            2
        } else {
            1
        };
    let stride = width * pixel;
    let mut whole = vec![0; stride.saturating_mul(height)];
    let mut pixels = 0;
    let is_proven = loop {
        match reader.next_interlaced_row() {
            Ok(Some(row)) => {
                let InterlaceInfo::Adam7(info) = *row.interlace() else {
                    break false;
                };
                pixels += row.data().len() / pixel.max(1);
                png::expand_interlaced_row(
                    &mut whole,
                    stride,
                    row.data(),
                    &info,
                    (pixel * 8) as u8,
                );
            }
            Ok(None) => break true,
            Err(_) => break false,
        }
    };
    let share = pixels as f64 / (width * height).max(1) as f64;
    if !is_proven && share > 0.5 {
        let last_pass = pixels.saturating_sub(width * height.div_ceil(2)) / width.max(1);
        for y in (last_pass * 2 + 1..height).step_by(2) {
            whole.copy_within((y - 1) * stride..y * stride, y * stride);
        }
    }
    let mut deep = Vec::new();
    for row in whole.chunks_exact(stride.max(1)) {
        push(reducer, row, is_deep, &mut deep);
    }
    (share, is_proven)
}

/// The start of the first chunk of pixels with a wrong checksum.
fn first_broken(bytes: &[u8]) -> Option<usize> {
    let mut at = 8;
    loop {
        let head = bytes.get(at..)?.first_chunk::<8>()?;
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let end = at.checked_add(8)?.checked_add(length)?;
        let (content, sum) = (bytes.get(at + 4..end)?, bytes.get(end..)?.first_chunk()?);
        let mut found = flate2::Crc::new();
        found.update(content);
        if head.ends_with(b"IDAT") && found.sum() != u32::from_be_bytes(*sum) {
            return Some(at);
        }
        at = end + 4;
    }
}
