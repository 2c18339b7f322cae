//! Crops as a view and resizes with Lanczos3, premultiplied where there is alpha.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, MulDiv, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::plan::Plan;
use crate::raster::{Layout, Raster, Samples};
use crate::{Error, Rect};

/// Makes the planned square, still in stored orientation.
pub(crate) fn resize(
    mut raster: Raster,
    plan: &Plan,
    resizer: &mut Resizer,
) -> Result<Raster, Error> {
    let (crop, edge) = (plan.crop(), plan.edge());
    if crop.width == edge && crop.height == edge {
        return Ok(crop_only(raster, crop));
    }
    let kind = pixel_type(&raster);
    let size = (raster.width, raster.height);
    let has_alpha = raster.layout.has_alpha();
    let mut square = Image::new(edge, edge, kind);
    let source = bytes_mut(&mut raster.samples);
    if has_alpha {
        // In place, because the whole picture is ours: a copy would double the memory.
        let mut whole = Image::from_slice_u8(size.0, size.1, source, kind).map_err(fault)?;
        MulDiv::new()
            .multiply_alpha_inplace(&mut whole)
            .map_err(fault)?;
    }
    let view = ImageRef::new(size.0, size.1, source, kind).map_err(fault)?;
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .crop(
            crop.x.into(),
            crop.y.into(),
            crop.width.into(),
            crop.height.into(),
        )
        .use_alpha(false);
    resizer
        .resize(&view, &mut square, &options)
        .map_err(fault)?;
    if has_alpha {
        MulDiv::new()
            .divide_alpha_inplace(&mut square)
            .map_err(fault)?;
    }
    let samples = match raster.samples {
        Samples::U8(_) => Samples::U8(square.into_vec()),
        Samples::U16(_) => Samples::U16(bytemuck::pod_collect_to_vec(square.buffer())),
    };
    Raster::new((edge, edge), raster.layout, samples).ok_or_else(|| fault("resizer's result"))
}

/// Copies the rectangle out: no filter touches a picture that already has the size.
fn crop_only(raster: Raster, crop: Rect) -> Raster {
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
    samples
        .chunks_exact(stride)
        .skip(crop.y as usize)
        .take(crop.height as usize)
        .flat_map(|row| row[start..start + length].iter().copied())
        .collect()
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

/// The geometry is ours, so the resizer can only refuse it if we are wrong.
fn fault(error: impl std::fmt::Display) -> Error {
    Error::Panicked {
        message: format!("resize: {error}"),
    }
}
