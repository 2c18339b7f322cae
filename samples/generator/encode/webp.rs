//! Lossless WebP files.

use image_webp::{ColorType, WebPEncoder};

use super::File;
use crate::draw::raster::Raster;

/// RGB or RGBA, with an EXIF block where wanted.
pub(crate) fn webp(raster: &Raster, exif: Option<Vec<u8>>) -> File {
    let mut file = Vec::new();
    let mut encoder = WebPEncoder::new(&mut file);
    if let Some(exif) = exif {
        encoder.set_exif_metadata(exif);
    }
    let kind = if raster.channels == 4 {
        ColorType::Rgba8
    } else {
        ColorType::Rgb8
    };
    encoder.encode(
        &raster.samples,
        raster.width as u32,
        raster.height as u32,
        kind,
    )?;
    Ok(file)
}
