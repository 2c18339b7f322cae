//! PCX: palettes through `image-extras`; here 24 bits, row by row, and four planes of 8 bits, the last
//! one of which is alpha. ImageMagick writes these.

use std::io::Cursor;

use image_extras::pcx::PCXDecoder;

use crate::codec::bytes::u16_le;
use crate::codec::contract::{Decode, Header, Memory, Opened, ends_inside};
use crate::codec::library::opened;
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::{Alpha, Layout, Raster, Samples};
use crate::pixels::reduce::{Reduced, Reducer};
use crate::{Error, Format, Limits, PictureError, Plan};

const FORMAT: Format = Format::Pcx;
const CHANNELS: usize = 4;
/// Length of the header.
const HEAD: usize = 128;
/// Set in bytes that are a count.
const RUN: u8 = 0xc0;

/// Reads the header.
pub(in crate::codec) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    match (byte(65), byte(3)) {
        (3, 8) => without_palette(bytes, limits),
        (1, 1 | 2 | 4 | 8) | (2..=4, 1) => {
            opened(FORMAT, PCXDecoder::new(Cursor::new(bytes)), bytes, limits)
        }
        (4, 8) => with_alpha(bytes, limits),
        (planes, bits) => {
            let feature = format!("{planes} planes of {bits} bits");
            let format = FORMAT;
            Err(PictureError::Unsupported { format, feature }.into())
        }
    }
}

/// 24 bits. The library reads the header, and this module the rows.
fn without_palette<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let Opened { header, .. } = opened(FORMAT, PCXDecoder::new(Cursor::new(bytes)), bytes, limits)?;
    let size = (header.width, header.height);
    let decode: Decode<'a> = Box::new(move |plan, _| {
        let reduced = reduced(bytes, size, plan).ok_or_else(|| ends_inside(FORMAT))?;
        Ok(Decoded::Reduced(reduced))
    });
    Ok(Opened::new(header, decode).with_memory(Memory::Bands { rows: 1 }))
}

/// The part that is shown; `None` if the data ends early, even below that.
fn reduced(bytes: &[u8], (width, height): (u32, u32), plan: &Plan) -> Option<Reduced> {
    let stride = usize::from(u16_le(bytes, 66)?);
    let (data, width) = (bytes.get(HEAD..)?, width as usize);
    let mut rows = match bytes.get(2)? {
        0 => Rows::Plain(data),
        _ => Rows::Packed(Runs::new(data)),
    };
    let mut reducer = Reducer::new(plan, Layout::Rgb, Alpha::Straight, Samples::U8(Vec::new()));
    let (mut lines, mut row) = (vec![0; 3 * stride], vec![0; 3 * width]);
    for y in 0..height {
        // Some programs leave out the padding of the last line.
        let length = match y + 1 == height {
            true => 2 * stride + width,
            false => 3 * stride,
        };
        rows.fill(lines.get_mut(..length)?)?;
        if !reducer.wanted().contains(&y) {
            reducer.skip(1);
            continue;
        }
        let (red, rest) = lines.split_at(stride);
        let (green, blue) = rest.split_at(stride);
        let colors = red.iter().zip(green).zip(blue);
        for (pixel, ((&red, &green), &blue)) in row.as_chunks_mut::<3>().0.iter_mut().zip(colors) {
            *pixel = [red, green, blue];
        }
        reducer.push(&row);
    }
    reducer.finish()
}

/// Lines of samples, one after the other.
enum Rows<'a> {
    Plain(&'a [u8]),
    Packed(Runs<'a>),
}

impl Rows<'_> {
    /// Takes the next samples; `None` if the data ends early.
    fn fill(&mut self, line: &mut [u8]) -> Option<()> {
        match self {
            Self::Plain(data) => {
                let (samples, rest) = data.split_at_checked(line.len())?;
                line.copy_from_slice(samples);
                *data = rest;
                Some(())
            }
            Self::Packed(runs) => runs.fill(line),
        }
    }
}

/// Run-length encoded samples. A run can go on in the next line.
struct Runs<'a> {
    data: &'a [u8],
    /// What is left of the current run.
    left: usize,
    value: u8,
}

impl<'a> Runs<'a> {
    fn new(data: &'a [u8]) -> Self {
        let (left, value) = (0, 0);
        Self { data, left, value }
    }

    fn fill(&mut self, mut line: &mut [u8]) -> Option<()> {
        loop {
            let (run, rest) = line.split_at_mut(self.left.min(line.len()));
            run.fill(self.value);
            self.left -= run.len();
            line = self.take_plain(rest);
            if line.is_empty() {
                return Some(());
            }
            let (&code, data) = self.data.split_first()?;
            self.data = data;
            (self.left, self.value) = (1, code);
            if code >= RUN {
                let (&value, data) = self.data.split_first()?;
                self.data = data;
                (self.left, self.value) = (usize::from(code & !RUN), value);
            }
        }
    }

    /// Copies bytes that stand for themselves, eight at a time, unless a run is left.
    fn take_plain<'l>(&mut self, mut line: &'l mut [u8]) -> &'l mut [u8] {
        while self.left == 0 {
            let Some((bytes, data)) = self.data.split_first_chunk::<8>() else {
                break;
            };
            if line.len() < 8 || bytes.iter().any(|byte| *byte >= RUN) {
                break;
            }
            let (to, rest) = line.split_at_mut(8);
            to.copy_from_slice(bytes);
            (self.data, line) = (data, rest);
        }
        line
    }
}

fn with_alpha<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let field = |at| u16_le(bytes, at).map(usize::from);
    let side = |first, last| Some(field(last)?.checked_sub(field(first)?)? + 1);
    let (Some(stride), Some(width), Some(height)) = (field(66), side(4, 8), side(6, 10)) else {
        return Err(malformed("its sides are negative"));
    };
    if stride < width {
        return Err(malformed("its rows are shorter than it is wide"));
    }
    let size = (width as u32, height as u32);
    limits.check_picture(size, 1, 0)?;
    let decoded_bytes = (stride * height * CHANNELS * 2) as u64;
    let header = Header::new(size, decoded_bytes, Color::Unspecified);
    let decode: Decode<'a> = Box::new(move |_, _| {
        pixels(bytes, size, stride)
            .map(|raster| Decoded::Raster(raster.without_void()))
            .ok_or_else(|| ends_inside(FORMAT))
    });
    Ok(Opened::new(header, decode))
}

/// The picture; `None` if the data ends early. A row is one line of each plane.
fn pixels(bytes: &[u8], size: (u32, u32), stride: usize) -> Option<Raster> {
    let data = bytes.get(HEAD..)?;
    let mut rows = match bytes.get(2) {
        Some(1) => Rows::Packed(Runs::new(data)),
        _ => Rows::Plain(data),
    };
    let width = size.0 as usize;
    // No more samples than the data can be, so that a wrong size takes no memory.
    let length = stride * CHANNELS * size.1 as usize;
    (length / 32 <= data.len()).then_some(())?;
    let mut samples = vec![0; width * size.1 as usize * CHANNELS];
    let mut lines = vec![0; stride * CHANNELS];
    for row in samples.chunks_exact_mut(width * CHANNELS) {
        rows.fill(&mut lines)?;
        for (channel, line) in lines.chunks_exact(stride).enumerate() {
            let into = row.iter_mut().skip(channel).step_by(CHANNELS);
            into.zip(line).for_each(|(to, &from)| *to = from);
        }
    }
    Raster::new(size, Layout::Rgba, Samples::U8(samples))
}

fn malformed(detail: &str) -> Error {
    let (format, detail) = (FORMAT, detail.into());
    PictureError::Malformed { format, detail }.into()
}
