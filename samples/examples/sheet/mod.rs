//! What both examples do: read pictures as they are stored, and write cells side by side.

use std::error::Error;
use std::path::Path;

use image::imageops;
use image::{DynamicImage, GrayImage, ImageReader, Rgb, RgbImage};

/// Side of a cell, in pixels.
pub(crate) const CELL: u32 = 200;
/// Space around a cell, in pixels.
const GAP: u32 = 12;

/// Colour around the cells.
pub(crate) const GROUND: Rgb<u8> = Rgb([236; 3]);

/// The stored pixels and nothing else: no orientation, no profile, no alpha.
pub(crate) fn decode(bytes: &[u8]) -> Result<RgbImage, Box<dyn Error>> {
    if !bytes.starts_with(&[0xff, 0xd8]) {
        let reader = ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format()?;
        return Ok(reader.decode()?.into_rgb8());
    }
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    let samples = decoder.decode()?;
    let info = decoder.info().ok_or("no header")?;
    let (width, height) = (info.width.into(), info.height.into());
    if samples.len() == width as usize * height as usize {
        // A gray picture has one component.
        let gray = GrayImage::from_raw(width, height, samples).ok_or("no pixels")?;
        return Ok(DynamicImage::ImageLuma8(gray).into_rgb8());
    }
    RgbImage::from_raw(width, height, samples).ok_or_else(|| "not RGB".into())
}

/// Writes rows of cells as a JPEG of this quality.
pub(crate) fn write(
    target: &Path,
    rows: &[Vec<RgbImage>],
    quality: u8,
) -> Result<(), Box<dyn Error>> {
    let step = CELL + GAP;
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default() as u32;
    let (width, height) = (columns * step + GAP, rows.len() as u32 * step + GAP);
    let mut sheet = RgbImage::from_pixel(width, height, GROUND);
    for (y, row) in (0..).zip(rows) {
        for (x, cell) in (0..).zip(row) {
            let at = |index: i64| index * i64::from(step) + i64::from(GAP);
            imageops::replace(&mut sheet, cell, at(x), at(y));
        }
    }
    let (width, height) = (width as u16, height as u16);
    jpeg_encoder::Encoder::new_file(target, quality)?.encode(
        &sheet,
        width,
        height,
        jpeg_encoder::ColorType::Rgb,
    )?;
    Ok(())
}
