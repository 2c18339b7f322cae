//! Says that the pixels of a picture are not square, as far as the header of its format says. They are
//! not stretched: browsers do not either, and most files that say so are pictures of square pixels with a
//! wrong resolution, or scans.

use super::{chunks, ifd, isobmff};
use crate::{Format, Note};

/// Least deviation that is noted; a resolution is often rounded.
const TOLERANCE: f64 = 0.02;
/// Widest pixel that is believed, or its inverse. What goes beyond is no ratio, but for example a size.
const MOST: f64 = 8.0;

/// What to say of a picture whose pixels are not square. HEIF and AVIF say it of an item, and
/// OpenEXR of a part: their codecs know of which.
pub(super) fn note(format: Format, bytes: &[u8]) -> Option<Note> {
    of_ratio(match format {
        Format::Jpeg => jfif(bytes)?,
        Format::Png => png(bytes)?,
        Format::Gif => gif(bytes)?,
        Format::Bmp => bmp(bytes)?,
        Format::Tiff => tiff(bytes)?,
        Format::Jpeg2000 => jp2(bytes)?,
        Format::Hdr => radiance(bytes)?,
        Format::Tga => tga(bytes)?,
        _ => return None,
    })
}

/// The note for pixels of this width, as multiple of their height.
pub(super) fn of_ratio(width: f64) -> Option<Note> {
    let is_believed = (1.0 / MOST..=MOST).contains(&width);
    let differs = width.max(1.0 / width) > 1.0 + TOLERANCE;
    (is_believed && differs).then(|| Note::PixelsNotSquare {
        percent: (width * 100.0).round() as u32,
    })
}

/// The width of a pixel from two resolutions.
fn inverse(across: f64, down: f64) -> Option<f64> {
    (across > 0.0 && down > 0.0).then(|| down / across)
}

/// Density across and down (JFIF 1.02), which is in the first segment.
fn jfif(bytes: &[u8]) -> Option<f64> {
    let start = bytes.strip_prefix(b"\xff\xd8\xff\xe0")?;
    let fields = start.get(2..)?.strip_prefix(b"JFIF\0")?;
    let [across, down] = pair(fields.get(3..)?, u16::from_be_bytes)?;
    inverse(across.into(), down.into())
}

fn png(bytes: &[u8]) -> Option<f64> {
    let mut header = chunks::png(bytes).take_while(|(name, _)| *name != b"IDAT");
    let (_, content) = header.find(|(name, _)| *name == b"pHYs")?;
    let [across, down] = pair(content, u32::from_be_bytes)?;
    inverse(across.into(), down.into())
}

/// The aspect ratio of GIF 89a: (value + 15) / 64 is the width of a pixel; 0 says nothing.
fn gif(bytes: &[u8]) -> Option<f64> {
    let value = *bytes.get(12).filter(|&&value| value != 0)?;
    Some((f64::from(value) + 15.0) / 64.0)
}

/// Pixels for each metre, in all headers but the first one of OS/2.
fn bmp(bytes: &[u8]) -> Option<f64> {
    let length = u32::from_le_bytes(*bytes.get(14..)?.first_chunk()?);
    let fields = bytes.get(38..).filter(|_| length >= 40)?;
    let [across, down] = pair(fields, i32::from_le_bytes)?;
    inverse(across.into(), down.into())
}

fn tiff(bytes: &[u8]) -> Option<f64> {
    use ifd::tag::{X_RESOLUTION, Y_RESOLUTION};
    let tiff = ifd::Tiff::new(bytes)?;
    let directory = tiff.at(tiff.main()?);
    let [across] = directory.ratios(X_RESOLUTION)?;
    let [down] = directory.ratios(Y_RESOLUTION)?;
    inverse(across, down)
}

/// The resolution for display, or else of capture (ISO/IEC 15444-1, I.5.3.7): fractions with exponents.
fn jp2(bytes: &[u8]) -> Option<f64> {
    let resolution = isobmff::descend(bytes, &[b"jp2h", b"res "])?;
    let found = isobmff::descend(resolution, &[b"resd"]);
    let found = found.or_else(|| isobmff::descend(resolution, &[b"resc"]))?;
    let (numbers, exponents) = found.split_first_chunk::<8>()?;
    let (numbers, _) = numbers.as_chunks::<2>();
    let mut numbers = numbers.iter().map(|&two| u16::from_be_bytes(two));
    let mut exponents = exponents.iter().map(|&one| i32::from(one as i8));
    let mut next = || {
        let (over, under) = (numbers.next()?, numbers.next()?);
        let power = 10f64.powi(exponents.next()?);
        (under > 0).then(|| f64::from(over) / f64::from(under) * power)
    };
    let (down, across) = (next()?, next()?);
    inverse(across, down)
}

/// Heights of pixels, of which each line is a factor (Radiance, File Formats).
fn radiance(bytes: &[u8]) -> Option<f64> {
    const LINE: &[u8] = b"PIXASPECT=";
    let header = bytes.get(..bytes.len().min(1 << 16))?;
    let lines = header.split(|byte| *byte == b'\n');
    let lines = lines.take_while(|line| !line.is_empty());
    let values = lines.filter_map(|line| line.strip_prefix(LINE));
    let mut height = 1.0;
    for value in values {
        let text = std::str::from_utf8(value.trim_ascii()).ok()?;
        height *= text.parse::<f64>().ok()?;
    }
    inverse(height, 1.0)
}

/// Width and height in the extension area (TGA 2.0, field 19).
fn tga(bytes: &[u8]) -> Option<f64> {
    const FOOTER: usize = 26;
    const RATIO: usize = 474;
    let end = bytes.get(bytes.len().checked_sub(FOOTER)?..)?;
    let (footer, signature) = end.split_at_checked(8)?;
    let area = u32::from_le_bytes(*footer.first_chunk()?) as usize;
    let is_there = area > 0 && signature == b"TRUEVISION-XFILE.\0";
    let place = area.checked_add(RATIO).filter(|_| is_there)?;
    let [width, height] = pair(bytes.get(place..)?, u16::from_le_bytes)?;
    inverse(height.into(), width.into())
}

/// Two numbers in a row.
fn pair<T, const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> T) -> Option<[T; 2]> {
    let (numbers, _) = bytes.as_chunks::<N>();
    match numbers {
        [first, second, ..] => Some([number(*first), number(*second)]),
        _ => None,
    }
}
