//! Resampling of a rectangle of a raster, with premultiplied alpha, and cropping without a filter.

use avatar_jpeg::CropRect;
use avatar_resample::fast_image_resize::images::Image;
use avatar_resample::fast_image_resize::{CropBox, PixelType, Resizer};
use avatar_resample::{divide_alpha, multiply_alpha, resize};

use super::raster::{Alpha, Layout, Raster, Samples};
use crate::{Error, Rect};

/// Resizes a rectangle of a picture.
pub(crate) fn resample(
    raster: Raster,
    crop: CropRect,
    (width, height): (u32, u32),
    resizer: &mut Resizer,
) -> Result<Raster, Error> {
    match whole_pixels(crop).filter(|crop| (crop.width, crop.height) == (width, height)) {
        Some(crop) => Ok(crop_only(raster, crop)),
        None => convolve(raster, crop, (width, height), resizer),
    }
}

/// The rectangle in whole pixels; `None` if it has fractions.
pub(crate) fn whole_pixels(crop: CropRect) -> Option<Rect> {
    let whole = |value: f64| (value.fract() == 0.0).then_some(value as u32);
    Some(Rect {
        x: whole(crop.x)?,
        y: whole(crop.y)?,
        width: whole(crop.width)?,
        height: whole(crop.height)?,
    })
}

/// A rectangle of whole pixels, as one that may have fractions.
pub(crate) fn crop_rect(rect: Rect) -> CropRect {
    CropRect {
        x: rect.x.into(),
        y: rect.y.into(),
        width: rect.width.into(),
        height: rect.height.into(),
    }
}

pub(crate) fn convolve(
    mut raster: Raster,
    crop: CropRect,
    (width, height): (u32, u32),
    resizer: &mut Resizer,
) -> Result<Raster, Error> {
    let kind = pixel_type(&raster);
    let size = (raster.width, raster.height);
    let has_alpha = raster.layout.has_alpha();
    let is_straight = raster.alpha == Alpha::Straight;
    let mut resized = Image::new(width, height, kind);
    let source = bytes_mut(&mut raster.samples);
    let mut whole = Image::from_slice_u8(size.0, size.1, source, kind).map_err(fault)?;
    if has_alpha && is_straight {
        // Multiply by alpha in place: a copy would double the memory.
        multiply_alpha(&mut whole).map_err(fault)?;
    }
    let part = CropBox {
        left: crop.x,
        top: crop.y,
        width: crop.width,
        height: crop.height,
    };
    resize(&mut whole, &mut resized, part, resizer).map_err(fault)?;
    if has_alpha {
        divide_alpha(&mut resized).map_err(fault)?;
    }
    let samples = match raster.samples {
        Samples::U8(_) => Samples::U8(resized.into_vec()),
        Samples::U16(_) => Samples::U16(bytemuck::pod_collect_to_vec(resized.buffer())),
    };
    Raster::new((width, height), raster.layout, samples).ok_or_else(|| fault("resizer's result"))
}

/// Divides colour by alpha if it is premultiplied.
pub(crate) fn straighten(mut raster: Raster) -> Result<Raster, Error> {
    if raster.alpha == Alpha::Straight || !raster.layout.has_alpha() {
        return Ok(raster);
    }
    let (kind, size) = (pixel_type(&raster), (raster.width, raster.height));
    let pixels = bytes_mut(&mut raster.samples);
    let mut whole = Image::from_slice_u8(size.0, size.1, pixels, kind).map_err(fault)?;
    divide_alpha(&mut whole).map_err(fault)?;
    raster.alpha = Alpha::Straight;
    Ok(raster)
}

/// Copies the rectangle: a picture that already has the right size is not filtered.
pub(crate) fn crop_only(raster: Raster, crop: Rect) -> Raster {
    if (crop.width, crop.height) == (raster.width, raster.height) {
        return raster;
    }
    let channels = raster.layout.channels();
    let samples = match &raster.samples {
        Samples::U8(samples) => Samples::U8(rows(samples, raster.width, channels, crop)),
        Samples::U16(samples) => Samples::U16(rows(samples, raster.width, channels, crop)),
    };
    Raster {
        width: crop.width,
        height: crop.height,
        samples,
        ..raster
    }
}

fn rows<T: Copy>(samples: &[T], width: u32, channels: usize, crop: Rect) -> Vec<T> {
    let stride = width as usize * channels;
    let start = crop.x as usize * channels;
    let length = crop.width as usize * channels;
    let rows = samples
        .chunks_exact(stride)
        .skip(crop.y as usize)
        .take(crop.height as usize);
    // Allocate the exact size: growing would take up to half as much again.
    let mut copied = Vec::with_capacity(length * crop.height as usize);
    rows.for_each(|row| copied.extend_from_slice(&row[start..start + length]));
    copied
}

fn pixel_type(raster: &Raster) -> PixelType {
    match (&raster.samples, raster.layout) {
        (Samples::U8(_), Layout::Gray) => PixelType::U8,
        (Samples::U8(_), Layout::GrayAlpha) => PixelType::U8x2,
        (Samples::U8(_), Layout::Rgb) => PixelType::U8x3,
        (Samples::U8(_), Layout::Rgba | Layout::Cmyk) => PixelType::U8x4,
        (Samples::U16(_), Layout::Gray) => PixelType::U16,
        (Samples::U16(_), Layout::GrayAlpha) => PixelType::U16x2,
        (Samples::U16(_), Layout::Rgb) => PixelType::U16x3,
        (Samples::U16(_), Layout::Rgba | Layout::Cmyk) => PixelType::U16x4,
    }
}

fn bytes_mut(samples: &mut Samples) -> &mut [u8] {
    match samples {
        Samples::U8(samples) => samples,
        Samples::U16(samples) => bytemuck::cast_slice_mut(samples),
    }
}

/// The geometry comes from this crate, so a refusal of the resizer is a bug here.
#[allow(clippy::needless_pass_by_value)] // for `map_err`
pub(crate) fn fault(error: impl std::fmt::Display) -> Error {
    Error::Panicked {
        message: format!("resize: {error}"),
    }
}
