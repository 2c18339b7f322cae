//! Decodes files several rows at a time whose rows follow one another, uncompressed or run-length
//! encoded (TGA). Each strip is given to the library as a small file of its own, so that its
//! decoder can be used unchanged.

use std::iter;

use image::{ColorType, ImageFormat};

use super::targa::{self, Packets, Targa};
use crate::Format;
use crate::codec::bytes::{i32_le, u32_be};
use crate::pixels::raster::{Alpha, Layout};
use crate::pixels::stored_rows::{Stored, StoredRows};

/// A file that can be cut into rows.
pub(super) struct Strips<'a> {
    head: Head<'a>,
    rows: Rows<'a>,
    /// Where the rows begin in the file.
    start: usize,
    pub(super) height: u32,
}

enum Rows<'a> {
    /// The bytes of all rows, and the length of each row.
    Plain(&'a [u8], usize),
    Packed(Packets<'a>),
}

enum Head<'a> {
    /// Everything before the rows, which are stored from the bottom unless the height is negative.
    Bmp(&'a [u8]),
    /// The digit of `P5` or `P6`, the width, and the largest value.
    Pnm(u8, u32, u32),
    Farbfeld(u32),
    /// Everything before the rows, and whether the lowest row comes first.
    Tga(&'a [u8], bool),
}

impl<'a> Strips<'a> {
    /// Finds the rows; `None` for other formats, and if the file is compressed, unusual or too
    /// short.
    pub(super) fn of(format: Format, bytes: &'a [u8]) -> Option<Self> {
        let (head, start, stride, height) = match format {
            Format::Bmp => bmp(bytes)?,
            Format::Pnm => pnm(bytes)?,
            Format::Farbfeld => farbfeld(bytes)?,
            Format::Tga => {
                let targa = Targa::read(bytes)?;
                if targa.is_packed {
                    return Self::packed(&targa);
                }
                let head = Head::Tga(targa.head, targa.is_upside_down);
                let stride = targa.width * targa.pixel;
                (head, targa.head.len(), stride, targa.height)
            }
            _ => return None,
        };
        let length = stride.checked_mul(height as usize)?;
        let rows = bytes.get(start..start.checked_add(length)?)?;
        (length > 0).then_some(Self {
            head,
            rows: Rows::Plain(rows, stride),
            start,
            height,
        })
    }

    fn packed(targa: &Targa<'a>) -> Option<Self> {
        Some(Self {
            head: Head::Tga(targa.head, targa.is_upside_down),
            rows: Rows::Packed(Packets::read(targa)?),
            start: targa.head.len(),
            height: targa.height,
        })
    }

    /// The library's name of the format.
    pub(super) fn format(&self) -> ImageFormat {
        match self.head {
            Head::Bmp(_) => ImageFormat::Bmp,
            Head::Pnm(..) => ImageFormat::Pnm,
            Head::Farbfeld(_) => ImageFormat::Farbfeld,
            Head::Tga(..) => ImageFormat::Tga,
        }
    }

    /// A file of `count` rows from row `y` of the picture.
    pub(super) fn file(&self, y: u32, count: u32) -> Vec<u8> {
        let mut file = match self.head {
            Head::Bmp(head) => with_height(head, count),
            Head::Pnm(kind, width, max) => {
                format!("P{} {width} {count} {max}\n", char::from(kind)).into_bytes()
            }
            Head::Farbfeld(width) => [
                b"farbfeld".as_slice(),
                &width.to_be_bytes(),
                &count.to_be_bytes(),
            ]
            .concat(),
            Head::Tga(head, _) => targa::with_height(head, count),
        };
        let first = if self.is_upside_down() {
            self.height.saturating_sub(y + count)
        } else {
            y
        };
        let (first, count) = (first as usize, count as usize);
        match &self.rows {
            Rows::Plain(rows, stride) => {
                let rows = rows.get(first * stride..(first + count) * stride);
                file.extend(rows.unwrap_or_default());
            }
            Rows::Packed(packets) => file.extend(packets.rows(first, count).unwrap_or_default()),
        }
        file
    }

    /// The same rows, if their bytes are gray, RGB or RGB with straight alpha, as it is shown; otherwise `None`.
    pub(super) fn stored(&self, color: ColorType) -> Option<StoredRows> {
        let Rows::Plain(rows, stride) = self.rows else {
            return None;
        };
        let bits = |head| Some((i32_le(head, 26)? >> 16, i32_le(head, 30)?));
        let (stored, is_bgr) = match (&self.head, color) {
            (Head::Pnm(_, _, 255), ColorType::L8 | ColorType::Rgb8) => (Stored::U8, false),
            (Head::Pnm(_, _, 65_535), ColorType::L16 | ColorType::Rgb16) => (Stored::U16Be, false),
            (Head::Bmp(head), ColorType::Rgb8) if bits(head) == Some((24, 0)) => (Stored::U8, true),
            (Head::Tga(head, _), color) if targa::is_plain(head, color) => (Stored::U8, true),
            _ => return None,
        };
        Some(StoredRows {
            height: self.height,
            layout: match color {
                ColorType::L8 | ColorType::L16 => Layout::Gray,
                ColorType::Rgba8 => Layout::Rgba,
                _ => Layout::Rgb,
            },
            alpha: Alpha::Straight,
            stored,
            is_bgr,
            is_upside_down: self.is_upside_down(),
            stride,
            spans: iter::once(self.start as u64..(self.start + rows.len()) as u64).collect(),
        })
    }

    fn is_upside_down(&self) -> bool {
        match self.head {
            Head::Bmp(head) => i32_le(head, 22).is_some_and(|height| height > 0),
            Head::Tga(_, is_upside_down) => is_upside_down,
            _ => false,
        }
    }
}

type Located<'a> = (Head<'a>, usize, usize, u32);

/// BI_RGB and BI_BITFIELDS of the Windows headers, 40 bytes and more.
fn bmp(bytes: &[u8]) -> Option<Located<'_>> {
    let start = usize::try_from(i32_le(bytes, 10)?).ok()?;
    let (width, height) = (i32_le(bytes, 18)?, i32_le(bytes, 22)?);
    let bits = i32_le(bytes, 26)? >> 16;
    let is_plain = matches!(i32_le(bytes, 30)?, 0 | 3) && i32_le(bytes, 14)? >= 40;
    let row_bits = usize::try_from(width).ok()?.checked_mul(bits as usize)?;
    let stride = row_bits.div_ceil(32).checked_mul(4)?;
    let head = Head::Bmp(bytes.get(..start)?);
    is_plain.then_some((head, start, stride, height.unsigned_abs()))
}

/// The header for another number of rows. The sign of the height is kept, because it says which row
/// comes first.
fn with_height(head: &[u8], count: u32) -> Vec<u8> {
    let sign = if i32_le(head, 22).is_some_and(|height| height < 0) {
        -1
    } else {
        1
    };
    let mut head = head.to_vec();
    if let Some(field) = head.get_mut(22..26) {
        field.copy_from_slice(&(sign * count as i32).to_le_bytes());
    }
    head
}

/// Binary PGM and PPM without comments.
fn pnm(bytes: &[u8]) -> Option<Located<'_>> {
    let [b'P', kind @ (b'5' | b'6'), rest @ ..] = bytes else {
        return None;
    };
    let mut numbers = [0u32; 3];
    let mut text = rest;
    for number in &mut numbers {
        text = text.trim_ascii_start();
        let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, after) = text.split_at(length);
        *number = std::str::from_utf8(digits).ok()?.parse().ok()?;
        text = after;
    }
    let [width, height, max] = numbers;
    let start = bytes.len() - text.len() + 1;
    let samples = if *kind == b'6' { 3 } else { 1 } * if max > 255 { 2 } else { 1 };
    let stride = (width as usize).checked_mul(samples)?;
    Some((Head::Pnm(*kind, width, max), start, stride, height))
}

fn farbfeld(bytes: &[u8]) -> Option<Located<'_>> {
    let (width, height) = (u32_be(bytes, 8)?, u32_be(bytes, 12)?);
    Some((
        Head::Farbfeld(width),
        16,
        (width as usize).checked_mul(8)?,
        height,
    ))
}
