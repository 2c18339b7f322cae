//! Icons and cursors: the largest picture in the file. Its size is read from its own header, not
//! from the directory, whose numbers have one byte only and are often wrong.

use super::bit_fields::sample;
use super::bmp::color_space;
use super::bytes::{u16_le, u32_be, u32_le};
use super::contract::{Decode, Embedded, Header, Opened, ends_inside};
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::{Layout, Raster, Samples};
use crate::{Error, Format, Limits, PictureError};

const FORMAT: Format = Format::Ico;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Length of the file header and of each directory entry, in bytes.
const HEAD: usize = 6;
const ENTRY: usize = 16;
/// Compressions of a bitmap.
const PLAIN: u32 = 0;
const BIT_FIELDS: u32 = 3;
/// Size of the shortest header that names a compression.
const INFO: usize = 40;

/// Finds the largest picture.
pub(super) fn open<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    door: Embedded,
) -> Result<Opened<'a>, Error> {
    let count = usize::from(u16_le(bytes, 4).unwrap_or(0));
    let entries = bytes.get(HEAD..).unwrap_or_default().chunks_exact(ENTRY);
    let entries: Vec<&[u8]> = entries.take(count).collect();
    let pictures = entries.iter().filter_map(|entry| picture(bytes, entry));
    // Of several equal ones, the first.
    let best = pictures.reduce(|best, next| {
        if next.rank() > best.rank() {
            next
        } else {
            best
        }
    });
    match best {
        Some(IconImage::Png(file, ..)) => (door.open)(file, limits),
        Some(IconImage::Bitmap(bitmap)) => bitmap.open(limits),
        None if entries.len() < count => Err(ends_inside(FORMAT)),
        None if entries.iter().any(|entry| lies_beyond(bytes, entry)) => Err(ends_inside(FORMAT)),
        None => Err(PictureError::Malformed {
            format: FORMAT,
            detail: "no PNG and no bitmap where its directory points".into(),
        }
        .into()),
    }
}

/// A picture in the file.
enum IconImage<'a> {
    /// A whole PNG file, with width, height and bits per pixel.
    Png(&'a [u8], u32, u32, u32),
    Bitmap(Bitmap<'a>),
}

impl IconImage<'_> {
    /// Order of preference: first by size, then by depth.
    fn rank(&self) -> (u64, u32) {
        let (width, height, bits) = match self {
            Self::Png(_, width, height, bits) => (*width, *height, *bits),
            Self::Bitmap(bitmap) => (bitmap.size.0, bitmap.size.1, bitmap.bits as u32),
        };
        (u64::from(width) * u64::from(height), bits)
    }
}

fn lies_beyond(bytes: &[u8], entry: &[u8]) -> bool {
    let [length, start] = [8, 12].map(|at| u64::from(u32_le(entry, at).unwrap_or(0)));
    start + length > bytes.len() as u64
}

fn picture<'a>(bytes: &'a [u8], entry: &[u8]) -> Option<IconImage<'a>> {
    let (length, start) = (u32_le(entry, 8)? as usize, u32_le(entry, 12)? as usize);
    let data = bytes.get(start..)?;
    if data.starts_with(PNG) {
        let samples = match data.get(25)? {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };
        let bits = u32::from(*data.get(24)?) * samples;
        let (width, height) = (u32_be(data, 16)?, u32_be(data, 20)?);
        // The PNG's own chunks say where it ends.
        return Some(IconImage::Png(data, width, height, bits));
    }
    let data = data.get(..length).unwrap_or(data);
    Bitmap::read(data, entry.get(1).copied()?).map(IconImage::Bitmap)
}

/// A bitmap whose height counts the rows of its mask too.
struct Bitmap<'a> {
    size: (u32, u32),
    bits: usize,
    /// Masks of red, green, blue and alpha, if pixels are not indices.
    masks: [u32; 4],
    /// Entries of blue, green and red, with or without a fourth byte.
    palette: &'a [u8],
    /// Bytes of one entry of the palette.
    entry: usize,
    /// Rows from the lowest to the highest, then the mask.
    rows: &'a [u8],
    is_upside_down: bool,
    color: Color,
}

impl<'a> Bitmap<'a> {
    /// Reads the header; `None` if this is not a bitmap. `stated` is the height in the directory.
    fn read(data: &'a [u8], stated: u8) -> Option<Self> {
        let head = u32_le(data, 0)? as usize;
        let (width, height, bits, compression, colors) = match head {
            12 => (
                i32::from(u16_le(data, 4)?),
                i32::from(u16_le(data, 6)?),
                usize::from(u16_le(data, 10)?),
                PLAIN,
                0,
            ),
            INFO..=256 => (
                u32_le(data, 4)? as i32,
                u32_le(data, 8)? as i32,
                usize::from(u16_le(data, 14)?),
                u32_le(data, 16)?,
                u32_le(data, 32)? as usize,
            ),
            _ => return None,
        };
        let width = u32::try_from(width).ok()?;
        let doubled = height.unsigned_abs();
        // Some programs do not count the rows of the mask.
        let is_single = doubled == width && u32::from(stated) == doubled;
        let height = if is_single { doubled } else { doubled / 2 };
        let masks = match (bits, compression) {
            (1 | 4 | 8, PLAIN) => [0; 4],
            (16, PLAIN) => [0x7c00, 0x03e0, 0x001f, 0],
            (24, PLAIN) => [0xff_0000, 0xff00, 0xff, 0],
            (32, PLAIN) => [0xff_0000, 0xff00, 0xff, 0xff00_0000],
            (16 | 32, BIT_FIELDS) => {
                let mask = |at| u32_le(data, at);
                let alpha = if head > 52 { mask(52)? } else { 0 };
                [mask(40)?, mask(44)?, mask(48)?, alpha]
            }
            _ => return None,
        };
        let fields = if compression == BIT_FIELDS && head == INFO {
            12
        } else {
            0
        };
        let entry = if head == 12 { 3 } else { 4 };
        let most = if bits <= 8 { 1 << bits } else { 0 };
        let colors = if colors == 0 { most } else { colors.min(most) };
        let (palette, rows) = data
            .get(head + fields..)?
            .split_at_checked(colors * entry)?;
        (width > 0 && height > 0).then_some(Self {
            size: (width, height),
            bits,
            masks,
            palette,
            entry,
            rows,
            is_upside_down: u32_le(data, 8)? as i32 >= 0 || head == 12,
            color: color_space::color(data),
        })
    }

    fn open(mut self, limits: &Limits) -> Result<Opened<'a>, Error> {
        let (width, height) = self.size;
        let decoded = 4 * u64::from(width) * u64::from(height);
        limits.check_picture(self.size, 1, decoded)?;
        let header = Header::new(self.size, decoded, std::mem::take(&mut self.color));
        let decode: Decode<'a> = Box::new(move |_, _| {
            let raster = self.raster().ok_or_else(|| ends_inside(FORMAT))?;
            Ok(Decoded::Raster(raster.without_void()))
        });
        Ok(Opened::new(header, decode))
    }

    /// `None` if rows are missing.
    fn raster(&self) -> Option<Raster> {
        let (width, height) = (self.size.0 as usize, self.size.1 as usize);
        let (stride, of_mask) = (stride(width, self.bits), stride(width, 1));
        let (colors, mask) = self.rows.split_at_checked(stride.checked_mul(height)?)?;
        let mask = mask.get(..of_mask * height);
        let line = |y: usize| {
            if self.is_upside_down {
                height - 1 - y
            } else {
                y
            }
        };
        let mut samples = Vec::with_capacity(4 * width * height);
        for y in 0..height {
            let row = colors.get(line(y) * stride..)?;
            samples.extend((0..width).flat_map(|x| self.pixel(row, x)));
        }
        let has_alpha = samples.chunks_exact(4).any(|pixel| pixel[3] != 0);
        if self.masks[3] == 0 || !has_alpha {
            let pixels = samples.as_chunks_mut::<4>().0.iter_mut();
            for (at, [.., alpha]) in pixels.enumerate() {
                let place = line(at / width) * of_mask * 8 + at % width;
                let is_hidden = mask.is_some_and(|mask| bit(mask, place));
                *alpha = if is_hidden { 0 } else { 255 };
            }
        }
        Raster::new(self.size, Layout::Rgba, Samples::U8(samples))
    }

    fn pixel(&self, row: &[u8], x: usize) -> [u8; 4] {
        if self.bits > 8 {
            let width = self.bits / 8;
            let bytes = row.get(x * width..(x + 1) * width).unwrap_or_default();
            let add = |value: u32, byte: &u8| value << 8 | u32::from(*byte);
            let value = bytes.iter().rev().fold(0, add);
            return self.masks.map(|mask| sample(value, mask));
        }
        let per_byte = 8 / self.bits;
        let shift = 8 - self.bits * (x % per_byte + 1);
        let byte = row.get(x / per_byte).copied().unwrap_or(0);
        let index = usize::from(byte) >> shift & ((1 << self.bits) - 1);
        match self.palette.get(index * self.entry..) {
            Some([blue, green, red, ..]) => [*red, *green, *blue, 255],
            _ => [0, 0, 0, 255],
        }
    }
}

/// Bytes from row to row.
fn stride(width: usize, bits: usize) -> usize {
    (width * bits).div_ceil(32) * 4
}

fn bit(bytes: &[u8], at: usize) -> bool {
    let byte = bytes.get(at / 8).copied().unwrap_or(0);
    byte << (at % 8) & 0x80 != 0
}
