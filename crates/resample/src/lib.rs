#![doc = include_str!("../README.md")]

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::pixels::{U8, U8x2, U8x3, U8x4, U16, U16x2, U16x3, U16x4};
use fast_image_resize::{
    ImageError, MulDiv, PixelTrait, PixelType, ResizeError, ResizeOptions, Resizer,
};

mod turned;

pub use fast_image_resize;

/// Resizes pixels of 8 or 16 bits per sample into `target`, whose size says the factor. Other types of pixels,
/// and different types in source and target, fail as [`ResizeError::PixelTypesAreDifferent`].
pub fn resize(
    source: &ImageRef<'_>,
    target: &mut Image<'_>,
    options: &ResizeOptions,
    resizer: &mut Resizer,
) -> Result<(), ResizeError> {
    // The resizer's own choice by type would compile its floats too.
    match source.pixel_type() {
        PixelType::U8 => match turned::resize(source, target, options, resizer)? {
            true => Ok(()),
            false => resize_typed::<U8>(source, target, options, resizer),
        },
        PixelType::U8x2 => resize_typed::<U8x2>(source, target, options, resizer),
        PixelType::U8x3 => resize_typed::<U8x3>(source, target, options, resizer),
        PixelType::U8x4 => resize_typed::<U8x4>(source, target, options, resizer),
        PixelType::U16 => resize_typed::<U16>(source, target, options, resizer),
        PixelType::U16x2 => resize_typed::<U16x2>(source, target, options, resizer),
        PixelType::U16x3 => resize_typed::<U16x3>(source, target, options, resizer),
        PixelType::U16x4 => resize_typed::<U16x4>(source, target, options, resizer),
        _ => Err(ResizeError::PixelTypesAreDifferent),
    }
}

fn resize_typed<P: PixelTrait>(
    source: &ImageRef<'_>,
    target: &mut Image<'_>,
    options: &ResizeOptions,
    resizer: &mut Resizer,
) -> Result<(), ResizeError> {
    match (source.typed_image::<P>(), target.typed_image_mut::<P>()) {
        (Some(source), Some(mut target)) => resizer.resize_typed(&source, &mut target, options),
        _ => Err(ResizeError::PixelTypesAreDifferent),
    }
}

/// Multiplies colour by alpha in place. Types of pixels without alpha fail.
pub fn multiply_alpha(pixels: &mut Image<'_>) -> Result<(), ImageError> {
    MulDiv::new().multiply_alpha_inplace(pixels)
}

/// Divides colour by alpha in place, which undoes [`multiply_alpha`]. Types of pixels without alpha fail.
pub fn divide_alpha(pixels: &mut Image<'_>) -> Result<(), ImageError> {
    MulDiv::new().divide_alpha_inplace(pixels)
}
