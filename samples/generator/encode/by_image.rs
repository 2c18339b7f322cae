//! Formats that the `image` crate writes: from pixels of 8 bits, or from linear light.

use std::io::Cursor;

use image::{DynamicImage, ImageBuffer, ImageFormat, Rgb32FImage, RgbImage, RgbaImage};

use super::File;
use crate::draw::raster::Raster;

/// 8-bit RGB or RGBA, whichever the raster is.
pub(crate) fn write(raster: Raster, format: ImageFormat) -> File {
    let (width, height) = (raster.width as u32, raster.height as u32);
    let picture = match raster.channels {
        4 => RgbaImage::from_raw(width, height, raster.samples).map(DynamicImage::from),
        _ => RgbImage::from_raw(width, height, raster.samples).map(DynamicImage::from),
    };
    encode(&picture.ok_or("the raster is too short")?, format)
}

/// 16-bit RGBA, as farbfeld wants it.
pub(crate) fn write_deep(raster: &Raster, format: ImageFormat) -> File {
    let samples = raster
        .samples
        .iter()
        .map(|&value| u16::from(value) * 257)
        .collect();
    let picture = ImageBuffer::<image::Rgba<u16>, Vec<u16>>::from_raw(
        raster.width as u32,
        raster.height as u32,
        samples,
    );
    encode(
        &DynamicImage::from(picture.ok_or("the raster is too short")?),
        format,
    )
}

/// Linear floating-point light, made by undoing the sRGB curve.
/// Values keep eleven bits, as in half-precision files, and so compress well.
pub(crate) fn write_light(raster: &Raster, format: ImageFormat) -> File {
    let light = |&value: &u8| {
        let share = f32::from(value) / 255.0;
        let linear = if share <= 0.04045 {
            share / 12.92
        } else {
            libm::powf((share + 0.055) / 1.055, 2.4)
        };
        f32::from_bits(linear.to_bits() & !0x1fff)
    };
    let samples = raster.samples.iter().map(light).collect();
    let picture = Rgb32FImage::from_raw(raster.width as u32, raster.height as u32, samples);
    encode(
        &DynamicImage::from(picture.ok_or("the raster is too short")?),
        format,
    )
}

fn encode(picture: &DynamicImage, format: ImageFormat) -> File {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format)?;
    Ok(file.into_inner())
}
