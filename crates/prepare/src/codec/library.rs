//! Every format that the `image` crate decodes.

use std::io::{Cursor, ErrorKind};

use image::error::{ImageError, LimitErrorKind};
use image::{ColorType, ImageDecoder, ImageFormat, ImageReader};

use super::{Header, Opened};
use crate::color::Color;
use crate::decode::Decoded;
use crate::footprint::Footprint;
use crate::light::Light;
use crate::plan::Plan;
use crate::raster::{Alpha, Layout, Raster, Samples};
use crate::{
    Error, Format, Limit, LimitExceeded, Limits, Orientation, PictureError, chunks, exif, frames,
};

/// Reads the header.
pub(super) fn open<'a>(
    format: Format,
    library_format: ImageFormat,
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<Opened<'a>, Error> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), library_format);
    reader.limits(library_limits(limits));
    let allowed = limits.decoded_bytes;
    let refuse = move |error| refuse(format, error, allowed);
    if let Some(size) = declared_size(format, bytes) {
        limits.check_picture(size, 1, 0)?;
    }
    let mut decoder = reader.into_decoder().map_err(refuse)?;
    let (width, height) = decoder.dimensions();
    let color = decoder.color_type();
    let header = Header {
        width,
        height,
        decoded_bytes: decoder.total_bytes(),
        orientation: orientation(format, bytes, &mut decoder),
        color: match decoder.icc_profile() {
            Ok(Some(icc)) => Color::Icc(icc),
            _ => Color::Unspecified,
        },
        frames: frames::count(format, bytes),
    };
    let decode: super::Decode<'a> = Box::new(move |_, _| {
        let size = (width, height);
        let decoded = read(decoder, size, color).map_err(refuse)?;
        decoded.ok_or_else(|| {
            let detail = "pixels do not match the header".into();
            PictureError::Malformed { format, detail }.into()
        })
    });
    Ok(Opened { header, decode })
}

/// What the library's decoders take, as measured; a test holds it against them.
pub(super) fn footprint(format: ImageFormat, header: &Header, plan: &Plan) -> Footprint {
    let more = match format {
        // Row by row into the raster.
        ImageFormat::Png
        | ImageFormat::Bmp
        | ImageFormat::Pnm
        | ImageFormat::Qoi
        | ImageFormat::Tga
        | ImageFormat::Farbfeld => 0,
        // A frame or planes beside the raster, always with alpha.
        ImageFormat::WebP => 5 * header.pixels(),
        // The whole picture twice.
        _ => header.decoded_bytes,
    };
    header.footprint(more, plan)
}

/// Sides and pixels are checked by us; decoders may need as much again for intermediate buffers.
fn library_limits(limits: &Limits) -> image::Limits {
    let mut library = image::Limits::no_limits();
    library.max_alloc = Some(limits.decoded_bytes.saturating_mul(2));
    library
}

/// Size in a header whose decoder would refuse a large one without saying how large it is.
fn declared_size(format: Format, bytes: &[u8]) -> Option<(u32, u32)> {
    if format != Format::Bmp || bytes.get(14..18) == Some(&[12, 0, 0, 0]) {
        return None;
    }
    let side = |at| Some(i32::from_le_bytes(*bytes.get(at..)?.first_chunk()?).unsigned_abs());
    Some((side(18)?, side(22)?))
}

/// EXIF where the container carries it, else the container's own tag (TIFF).
fn orientation(format: Format, bytes: &[u8], decoder: &mut impl ImageDecoder) -> Orientation {
    match format {
        // The chunk may also stand behind the pixels, where the decoder has not been yet.
        Format::Png => chunks::png(bytes)
            .find(|(name, _)| *name == b"eXIf")
            .and_then(|(_, block)| exif::orientation(block)),
        Format::Tiff => decoder
            .orientation()
            .ok()
            .and_then(|o| Orientation::from_exif(o.to_exif().into())),
        _ => decoder
            .exif_metadata()
            .ok()
            .flatten()
            .and_then(|block| exif::orientation(&block)),
    }
    .unwrap_or_default()
}

fn layout(color: ColorType) -> Layout {
    match color {
        ColorType::L8 | ColorType::L16 => Layout::Gray,
        ColorType::La8 | ColorType::La16 => Layout::GrayAlpha,
        ColorType::Rgba8 | ColorType::Rgba16 | ColorType::Rgba32F => Layout::Rgba,
        _ => Layout::Rgb,
    }
}

/// `None` if the samples are not as many as the size says.
fn read(
    decoder: impl ImageDecoder,
    size: (u32, u32),
    color: ColorType,
) -> Result<Option<Decoded>, ImageError> {
    let length = usize::try_from(decoder.total_bytes()).map_err(|_| insufficient_memory())?;
    let layout = layout(color);
    let samples = match color {
        ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8 => {
            let mut samples = vec![0u8; length];
            decoder.read_image(&mut samples)?;
            Samples::U8(samples)
        }
        ColorType::L16 | ColorType::La16 | ColorType::Rgb16 | ColorType::Rgba16 => {
            let mut samples = vec![0u16; length / 2];
            decoder.read_image(bytemuck::cast_slice_mut(&mut samples))?;
            Samples::U16(samples)
        }
        _ => {
            let mut samples = vec![0f32; length / 4];
            decoder.read_image(bytemuck::cast_slice_mut(&mut samples))?;
            let light = Light {
                size,
                layout,
                alpha: Alpha::Straight,
                samples,
                chromaticities: None,
            };
            return Ok(Some(Decoded::Light(light)));
        }
    };
    Ok(Raster::new(size, layout, samples).map(Decoded::Raster))
}

fn insufficient_memory() -> ImageError {
    ImageError::Limits(image::error::LimitError::from_kind(
        LimitErrorKind::InsufficientMemory,
    ))
}

fn refuse(format: Format, error: ImageError, allowed: u64) -> Error {
    match error {
        ImageError::Unsupported(cause) => PictureError::Unsupported {
            format,
            feature: cause.to_string(),
        }
        .into(),
        ImageError::Limits(_) => {
            // The library says that a buffer is too large, not how large it would be.
            let found = allowed.saturating_add(1);
            LimitExceeded {
                limit: Limit::DecodedBytes,
                found,
                allowed,
            }
            .into()
        }
        ImageError::IoError(cause) if cause.kind() == ErrorKind::UnexpectedEof => {
            let detail = "the file ends inside the picture".into();
            PictureError::Truncated { format, detail }.into()
        }
        other => {
            // The innermost sentence says it; those around it repeat the format's name.
            let cause = std::error::Error::source(&other).map(ToString::to_string);
            let detail = cause.unwrap_or_else(|| other.to_string());
            PictureError::Malformed { format, detail }.into()
        }
    }
}
