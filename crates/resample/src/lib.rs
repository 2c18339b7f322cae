#![doc = include_str!("../README.md")]

use fast_image_resize::images::{Image, TypedImage};
use fast_image_resize::pixels::{U8x2, U8x4, U16, U16x2, U16x3, U16x4};
use fast_image_resize::{
    CropBox, Filter, FilterType, ImageBufferError, ImageError, MulDiv, PixelTrait, PixelType,
    ResizeAlg, ResizeError, ResizeOptions, Resizer,
};

mod lanczos;
mod turned;
mod widened;

pub use fast_image_resize;
pub use turned::turn;

/// Resizes a part of a picture of 8 or 16 bits per sample to the size of `target`, with the filter Lanczos 3. Alpha is a
/// channel like the others: see [`multiply_alpha`]. Nothing is written if a side is 0. The source is
/// not changed.
///
/// # Errors
///
/// [`ResizeError::PixelTypesAreDifferent`] if the types of pixels differ or have no 8 or 16 bits per sample, and the
/// errors of the resizer if the part is not inside of the picture.
pub fn resize(
    source: &mut Image<'_>,
    target: &mut Image<'_>,
    part: CropBox,
    resizer: &mut Resizer,
) -> Result<(), ResizeError> {
    if source.pixel_type() != target.pixel_type() {
        return Err(ResizeError::PixelTypesAreDifferent);
    }
    // The resizer's own choice by type would compile all of its filters.
    match source.pixel_type() {
        PixelType::U8 => turned::resize(source, target, part, resizer),
        PixelType::U8x2 => widened::resize::<2>(source, target, part, resizer),
        PixelType::U8x3 => widened::resize::<3>(source, target, part, resizer),
        PixelType::U8x4 => resize_typed::<U8x4>(source, target, part, resizer),
        PixelType::U16 => resize_typed::<U16>(source, target, part, resizer),
        PixelType::U16x2 => resize_typed::<U16x2>(source, target, part, resizer),
        PixelType::U16x3 => resize_typed::<U16x3>(source, target, part, resizer),
        PixelType::U16x4 => resize_typed::<U16x4>(source, target, part, resizer),
        _ => Err(ResizeError::PixelTypesAreDifferent),
    }
}

/// The source could be borrowed as one that cannot be changed. But that is another type than the resizer's pictures between
/// its two passes, and each filter would be compiled for both.
fn resize_typed<P: PixelTrait>(
    source: &mut Image<'_>,
    target: &mut Image<'_>,
    part: CropBox,
    resizer: &mut Resizer,
) -> Result<(), ResizeError> {
    // Only a reach that is no positive number is refused.
    let filter = Filter::new("Lanczos 3", lanczos::weight, lanczos::REACH)
        .map_err(|_| ResizeError::PixelTypesAreDifferent)?;
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Custom(filter)))
        .crop(part.left, part.top, part.width, part.height)
        .use_alpha(false);
    match (source.typed_image_mut::<P>(), target.typed_image_mut::<P>()) {
        (Some(source), Some(mut target)) => resizer.resize_typed(&source, &mut target, &options),
        _ => Err(ResizeError::PixelTypesAreDifferent),
    }
}

/// Buffers have the size of their pictures, and bytes are aligned.
fn short(_: ImageBufferError) -> ResizeError {
    ResizeError::PixelTypesAreDifferent
}

/// Multiplies colour by alpha in place.
///
/// # Errors
///
/// [`ImageError::UnsupportedPixelType`] if the type of pixels has no alpha.
pub fn multiply_alpha(pixels: &mut Image<'_>) -> Result<(), ImageError> {
    // As for the filters: a choice of the resizer would compile what is for floats.
    match pixels.pixel_type() {
        PixelType::U8x2 => multiply_typed::<U8x2>(pixels),
        PixelType::U8x4 => multiply_typed::<U8x4>(pixels),
        PixelType::U16x2 => multiply_typed::<U16x2>(pixels),
        PixelType::U16x4 => multiply_typed::<U16x4>(pixels),
        _ => Err(ImageError::UnsupportedPixelType),
    }
}

fn multiply_typed<P: PixelTrait>(pixels: &mut Image<'_>) -> Result<(), ImageError> {
    let mut pixels = typed::<P>(pixels)?;
    MulDiv::new().multiply_alpha_inplace_typed(&mut pixels)
}

/// Divides colour by alpha in place, which undoes [`multiply_alpha`].
///
/// # Errors
///
/// [`ImageError::UnsupportedPixelType`] if the type of pixels has no alpha.
pub fn divide_alpha(pixels: &mut Image<'_>) -> Result<(), ImageError> {
    match pixels.pixel_type() {
        PixelType::U8x2 => divide_typed::<U8x2>(pixels),
        PixelType::U8x4 => divide_typed::<U8x4>(pixels),
        PixelType::U16x2 => divide_typed::<U16x2>(pixels),
        PixelType::U16x4 => divide_typed::<U16x4>(pixels),
        _ => Err(ImageError::UnsupportedPixelType),
    }
}

fn divide_typed<P: PixelTrait>(pixels: &mut Image<'_>) -> Result<(), ImageError> {
    let mut pixels = typed::<P>(pixels)?;
    MulDiv::new().divide_alpha_inplace_typed(&mut pixels)
}

fn typed<'a, P: PixelTrait>(pixels: &'a mut Image<'_>) -> Result<TypedImage<'a, P>, ImageError> {
    let typed = pixels.typed_image_mut();
    typed.ok_or(ImageError::UnsupportedPixelType)
}
