//! Decodes PNGs that end early, lack rows or fail a checksum, and keeps the rows that can be
//! trusted.

use std::io::ErrorKind;

use png::{DecodeOptions, Decoder, DecodingError, InterlaceInfo, Transformations};

use super::{HEADER, PngReader, push, refuse, words};
use crate::codec::damage::Damage;
use crate::codec::whole_file::WholeFile;
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
    // They are counted first, so that an interlaced picture is in memory only once.
    let before = first_broken(bytes).map(|at| {
        let before = rows(bytes.get(..at).unwrap_or_default(), plan, kind, is_deep);
        before.map_or(0.0, |before| before.share)
    });
    let mut all = rows(bytes, plan, kind, is_deep)?;
    let share = match before {
        Some(before) if !all.is_proven => before.min(all.share),
        _ => all.share,
    };
    // First, since a file of a few bytes can lack millions of rows.
    let note = damage.accept(Format::Png, share)?;
    all.fill(is_deep);
    Ok((all.reducer.finish(), note))
}

/// The rows that could be decoded.
struct Rows {
    reducer: Reducer,
    /// Pixels in a row.
    width: u32,
    /// The whole picture if it is interlaced; it is not in the reducer yet.
    interlaced: Option<Interlaced>,
    /// Share of the part that is shown that could be decoded.
    share: f64,
    /// Whether the checksum of all pixels is right, so that all of them can be trusted.
    is_proven: bool,
}

impl Rows {
    /// Fills up what is missing: with the rows above where they are nearly the same, else with gray.
    fn fill(&mut self, is_deep: bool) {
        if let Some(picture) = self.interlaced.take() {
            picture.push(&mut self.reducer, self.is_proven, is_deep);
        }
        match is_deep {
            true => self.reducer.fill::<u16>(self.width),
            false => self.reducer.fill::<u8>(self.width),
        }
    }
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
    let (share, is_proven, interlaced) = if is_interlaced {
        let (picture, is_proven) = Interlaced::read(&mut reader);
        (picture.share(), is_proven, Some(picture))
    } else {
        let mut deep = Vec::new();
        let is_proven = loop {
            match reader.next_row() {
                Ok(Some(row)) => push(&mut reducer, row.data(), is_deep, &mut deep),
                Ok(None) => break true,
                Err(_) => break false,
            }
        };
        (reducer.share(), is_proven, None)
    };
    Ok(Rows {
        reducer,
        width,
        interlaced,
        share,
        is_proven,
    })
}

/// Opens the file without checking chunks, but with the checksum of all pixels.
fn open(bytes: &[u8]) -> Result<PngReader<'_>, DecodingError> {
    let mut options = DecodeOptions::default();
    options.set_ignore_crc(true);
    options.set_ignore_adler32(false);
    let mut decoder = Decoder::new_with_options(WholeFile::new(bytes), options);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::EXPAND);
    let width = decoder.read_header_info()?.width as usize;
    decoder.set_limits(png::Limits {
        bytes: HEADER.saturating_add(width.saturating_mul(8)),
    });
    decoder.read_info()
}

/// An interlaced picture (PNG, section 8.1: Adam7), of which the last passes may be missing.
struct Interlaced {
    samples: Vec<u8>,
    /// Bytes of a row.
    stride: usize,
    size: (usize, usize),
    /// How many pixels were decoded.
    pixels: usize,
}

impl Interlaced {
    /// Reads as far as possible, and says whether everything was there.
    fn read(reader: &mut PngReader<'_>) -> (Self, bool) {
        let size = (reader.info().width as usize, reader.info().height as usize);
        let (color, depth) = reader.output_color_type();
        let bytes = match depth {
            png::BitDepth::Sixteen => 2,
            _ => 1,
        };
        let pixel = color.samples() * bytes;
        let stride = size.0 * pixel;
        let mut picture = Self {
            samples: vec![0; stride.saturating_mul(size.1)],
            stride,
            size,
            pixels: 0,
        };
        let is_whole = loop {
            match reader.next_interlaced_row() {
                Ok(Some(row)) => {
                    let InterlaceInfo::Adam7(info) = *row.interlace() else {
                        break false;
                    };
                    picture.pixels += row.data().len() / pixel.max(1);
                    let (samples, bits) = (&mut picture.samples, (pixel * 8) as u8);
                    png::expand_interlaced_row(samples, stride, row.data(), &info, bits);
                }
                Ok(None) => break true,
                Err(_) => break false,
            }
        };
        (picture, is_whole)
    }

    fn share(&self) -> f64 {
        self.pixels as f64 / (self.size.0 * self.size.1).max(1) as f64
    }

    /// Passes all rows on. The last of the seven passes has every other row: where its end is missing,
    /// the rows above are used. Nine tenths of the picture are more than all passes except the last.
    fn push(mut self, reducer: &mut Reducer, is_whole: bool, is_deep: bool) {
        let ((width, height), stride) = (self.size, self.stride);
        if !is_whole && self.share() > 0.5 {
            let last_pass = self.pixels.saturating_sub(width * height.div_ceil(2)) / width.max(1);
            for y in (last_pass * 2 + 1..height).step_by(2) {
                self.samples
                    .copy_within((y - 1) * stride..y * stride, y * stride);
            }
        }
        let mut deep = Vec::new();
        for row in self.samples.chunks_exact(stride.max(1)) {
            push(reducer, row, is_deep, &mut deep);
        }
    }
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
