//! Sun raster: 1, 8, 24 and 32 bits, uncompressed or run-length encoded.

use crate::codec::bytes::u32_be;
use crate::codec::contract::{Decode, Header, Opened, ends_inside};
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::{Layout, Raster, Samples};
use crate::{Error, Format, Limits, Note, PictureError};

const FORMAT: Format = Format::Sun;
/// Starts a run; followed by 0 it stands for itself.
const ESCAPE: u8 = 128;
/// Most values of alpha between 0 and 255 for each 0 and each 255. Drawings have about 4, noise has
/// 254.
const MOST_BETWEEN: usize = 16;
/// By how much alpha differs at most between neighbours, except at edges.
const STEP: u8 = 32;

/// Fields of the header, in order.
struct Head {
    size: (u32, u32),
    depth: u32,
    kind: u32,
    /// Length of the colour map.
    map: usize,
    /// Whether the map holds something else than colours, which only its writer knows.
    has_raw_map: bool,
}

/// Reads the header.
pub(in crate::codec) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let head = Head::read(bytes).ok_or_else(|| ends_inside(FORMAT))?;
    let unsupported = |feature| PictureError::Unsupported {
        format: FORMAT,
        feature,
    };
    if !matches!(head.depth, 1 | 8 | 24 | 32) || head.kind > 3 {
        let feature = format!("{} bits of type {}", head.depth, head.kind);
        return Err(unsupported(feature).into());
    }
    if head.has_raw_map && head.depth <= 8 {
        return Err(unsupported("a colour map of type 2".into()).into());
    }
    limits.check_picture(head.size, 1, 0)?;
    let decoded_bytes = u64::from(head.size.0) * u64::from(head.size.1) * 9;
    let header = Header::new(head.size, decoded_bytes, Color::Unspecified);
    let decode: Decode<'a> =
        Box::new(move |_, _| head.pixels(bytes).ok_or_else(|| ends_inside(FORMAT)));
    Ok(Opened::new(header, decode))
}

impl Head {
    fn read(bytes: &[u8]) -> Option<Self> {
        let field = |index: usize| u32_be(bytes, 4 * index);
        // None, colours, or raw.
        let (map_kind, length) = (field(6)?, field(7)? as usize);
        let map = if matches!(map_kind, 1 | 2) { length } else { 0 };
        Some(Self {
            size: (field(1)?, field(2)?),
            depth: field(3)?,
            kind: field(5)?,
            map,
            has_raw_map: map_kind == 2 && length > 0,
        })
    }

    fn pixels(&self, bytes: &[u8]) -> Option<Decoded> {
        let rest = bytes.get(32..)?;
        let (map, data) = rest.split_at_checked(self.map)?;
        let (width, height) = (self.size.0 as usize, self.size.1 as usize);
        // Rows are whole 16-bit words.
        let stride = (width * self.depth as usize).div_ceil(16) * 2;
        let rows = if self.kind == 2 {
            unpack(data, stride * height)
        } else {
            data.to_vec()
        };
        let rows = rows.get(..stride * height)?.chunks_exact(stride.max(1));
        let samples: Vec<u8> = rows.flat_map(|row| self.row(row, map, width)).collect();
        let (layout, first) = match self.depth {
            32 => (Layout::Rgba, FirstByte::of(&samples)),
            _ => (Layout::Rgb, FirstByte::Alpha),
        };
        let raster = Raster::new(self.size, layout, Samples::U8(samples))?;
        Some(match first {
            FirstByte::Alpha => Decoded::Raster(raster),
            FirstByte::Padding => Decoded::Raster(raster.without_alpha()),
            FirstByte::Unknown => {
                let reason = "transparency of the Sun raster: the first bytes of its pixels do not look like alpha".into();
                Decoded::Raster(raster.without_alpha())
                    .damaged(Note::EmbeddedPictureLeftOut { reason })
            }
        })
    }

    fn row(&self, row: &[u8], map: &[u8], width: usize) -> Vec<u8> {
        let third = map.len() / 3;
        let mapped = |index: usize| match third {
            0 => [index as u8; 3],
            _ => [0, third, 2 * third].map(|plane| map.get(plane + index).copied().unwrap_or(0)),
        };
        let bit = |at: usize| usize::from(row[at / 8] >> (7 - at % 8) & 1);
        let blue_first = |pixel: &[u8]| match self.kind {
            3 => [pixel[0], pixel[1], pixel[2]],
            _ => [pixel[2], pixel[1], pixel[0]],
        };
        match self.depth {
            // Without a colour map, 1 is black.
            1 if third == 0 => (0..width)
                .flat_map(|at| [255 * (1 - bit(at) as u8); 3])
                .collect(),
            1 => (0..width).flat_map(|at| mapped(bit(at))).collect(),
            8 => row
                .iter()
                .take(width)
                .flat_map(|&index| mapped(index.into()))
                .collect(),
            24 => row
                .chunks_exact(3)
                .take(width)
                .flat_map(blue_first)
                .collect(),
            // The byte before the colours can be alpha.
            _ => row
                .chunks_exact(4)
                .take(width)
                .flat_map(|pixel| {
                    let [red, green, blue] = blue_first(&pixel[1..]);
                    [red, green, blue, pixel[0]]
                })
                .collect(),
        }
    }
}

/// What the byte before the colours of a pixel of 32 bits is. By the format's definition it is
/// padding, with any value, but ImageMagick stores alpha there, and nothing in the header says so.
enum FirstByte {
    Padding,
    Alpha,
    /// It varies, but not as alpha does.
    Unknown,
}

impl FirstByte {
    /// Judges it by the values in RGBA. In alpha both 0 and 255 occur; either they are frequent, or
    /// most pixels have one of them and edges are soft. In bytes that were never written, one of
    /// about 256 has such a value by chance. To show an opaque picture with holes would be worse
    /// than to show what is under transparent parts.
    fn of(samples: &[u8]) -> Self {
        let values = || samples.iter().skip(3).step_by(4).copied();
        let count = |value| values().filter(|&found| found == value).count();
        let (clear, opaque) = (count(0), count(255));
        let (rarer, extreme) = (clear.min(opaque), clear + opaque);
        let all = samples.len() / 4;
        let is_steep = |&(one, next): &(u8, u8)| one.abs_diff(next) > STEP;
        let steps = values().zip(values().skip(1));
        let is_drawn = all - extreme <= rarer.saturating_mul(MOST_BETWEEN);
        let is_cut_out = extreme >= all / 2 && steps.filter(is_steep).count() <= all / 8;
        if values().all(|value| Some(&value) == samples.get(3)) {
            Self::Padding
        } else if rarer > 0 && (is_drawn || is_cut_out) {
            Self::Alpha
        } else {
            Self::Unknown
        }
    }
}

/// Decompresses runs; the result is shorter if the data ends early.
fn unpack(data: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = data.iter().copied();
    let mut samples = Vec::with_capacity(length.min(data.len().saturating_mul(128)));
    let mut next = |samples: &mut Vec<u8>| {
        let (count, value) = match bytes.next()? {
            ESCAPE => match bytes.next()? {
                0 => (1, ESCAPE),
                count => (usize::from(count) + 1, bytes.next()?),
            },
            value => (1, value),
        };
        samples.resize(samples.len() + count, value);
        Some(())
    };
    while samples.len() < length && next(&mut samples).is_some() {}
    samples
}
