//! Squares: the reference, ours, and those of other tools.

use crate::result::Result;
use avatar_jpeg::{Decoder, Plane, Rect, Request, Scratch};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use std::path::Path;
use std::process::Command;

fn lanczos() -> ResizeOptions {
    ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
}

/// The largest central square.
pub fn square(decoder: &Decoder<'_>) -> Rect {
    let (width, height) = (decoder.header().width, decoder.header().height);
    let side = width.min(height);
    Rect::new((width - side) / 2, (height - side) / 2, side, side)
}

/// The reference: everything decoded by libjpeg-turbo, then the crop resized.
pub fn by_djpeg(file: &Path, crop: Rect, edge: u32) -> Result<Vec<u8>> {
    let output = Command::new("djpeg").arg("-ppm").arg(file).output()?.stdout;
    let (width, height, pixels) = ppm(&output)?;
    let source = ImageRef::new(width, height, pixels, PixelType::U8x3)?;
    let mut target = Image::new(edge, edge, PixelType::U8x3);
    let (x, y, side) = (f64::from(crop.x), f64::from(crop.y), f64::from(crop.width));
    Resizer::new().resize(&source, &mut target, &lanczos().crop(x, y, side, side))?;
    Ok(target.into_vec())
}

/// The pixels of a PPM file.
pub fn from_ppm(file: &[u8]) -> Result<Vec<u8>> {
    Ok(ppm(file)?.2.to_vec())
}

/// Width, height and pixels.
fn ppm(file: &[u8]) -> Result<(u32, u32, &[u8])> {
    let mut fields = file.splitn(4, |byte| byte.is_ascii_whitespace());
    let mut field = || fields.next().ok_or("no PPM");
    let number = |field: &[u8]| -> Result<u32> { Ok(std::str::from_utf8(field)?.parse()?) };
    let (_magic, width, height) = (field()?, number(field()?)?, number(field()?)?);
    let pixels = field()?.strip_prefix(b"255\n").ok_or("no pixels")?;
    Ok((width, height, pixels))
}

fn resize(plane: &Plane, edge: u32) -> Result<Vec<u8>> {
    let source = ImageRef::new(
        plane.width as u32,
        plane.height as u32,
        &plane.samples,
        PixelType::U8,
    )?;
    let mut target = Image::new(edge, edge, PixelType::U8);
    let crop = plane.crop;
    Resizer::new().resize(
        &source,
        &mut target,
        &lanczos().crop(crop.x, crop.y, crop.width, crop.height),
    )?;
    Ok(target.into_vec())
}

/// Our planes, each resized, then to RGB as JFIF says.
pub fn by_planes(
    decoder: &Decoder<'_>,
    request: &Request,
    scratch: &mut Scratch,
    edge: u32,
) -> Result<Vec<u8>> {
    let planes = decoder.decode(request, scratch)?;
    let resized = planes
        .planes
        .iter()
        .map(|plane| resize(plane, edge))
        .collect::<Result<Vec<_>>>()?;
    let [y, cb, cr] = resized.as_slice() else {
        return Err("not three components".into());
    };
    // In floats, so that the rounding of the crate's own integers is measured, too.
    let to_byte = |value: f32| value.round().clamp(0.0, 255.0) as u8;
    let mut rgb = Vec::with_capacity(y.len() * 3);
    for ((&y, &cb), &cr) in y.iter().zip(cb).zip(cr) {
        let (y, cb, cr) = (f32::from(y), f32::from(cb) - 128.0, f32::from(cr) - 128.0);
        rgb.extend(
            [
                y + 1.402 * cr,
                y - 0.344_136 * cb - 0.714_136 * cr,
                y + 1.772 * cb,
            ]
            .map(to_byte),
        );
    }
    Ok(rgb)
}
