//! Reads headers and pixels with a decoder of the library, whatever its format, and says in this crate's
//! errors why it cannot.

use std::io::ErrorKind;

use image::error::{ImageError, LimitErrorKind};
use image::{ColorType, ImageDecoder};

use super::decoders::AnyDecoder;
use crate::codec::contract::{Decode, Header, Opened, ends_inside, needs_more_than};
use crate::codec::{exif, frames};
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::linear_image::LinearImage;
use crate::pixels::raster::{Alpha, Layout, Raster, Samples};
use crate::{Error, Format, Limits, PictureError};

/// A decoder that has read the header.
pub(super) struct Reader<'a> {
    decoder: AnyDecoder<'a>,
    pub(super) form: Form,
}

/// What stays known of a picture while its decoder is consumed.
#[derive(Clone, Copy)]
pub(super) struct Form {
    format: Format,
    pub(super) size: (u32, u32),
    pub(super) color: ColorType,
    /// The limit of decoded bytes.
    allowed: u64,
}

impl<'a> Reader<'a> {
    /// The header without metadata, and the reader of the pixels.
    pub(super) fn start(
        format: Format,
        decoder: Result<AnyDecoder<'a>, ImageError>,
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<(Header, Self), Error> {
        let allowed = limits.decoded_bytes;
        let decoder = decoder.map_err(|error| refuse(format, error, allowed))?;
        let form = Form {
            format,
            size: decoder.dimensions(),
            color: decoder.color_type(),
            allowed,
        };
        let header = Header {
            frames: frames::count(format, bytes),
            ..Header::new(form.size, decoder.total_bytes(), Color::Unspecified)
        };
        Ok((header, Self { decoder, form }))
    }

    /// The same with the profile and orientation that the library finds.
    pub(super) fn start_with_metadata(
        format: Format,
        decoder: Result<AnyDecoder<'a>, ImageError>,
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<(Header, Self), Error> {
        let (mut header, mut reader) = Self::start(format, decoder, bytes, limits)?;
        if let Ok(Some(profile)) = reader.decoder.icc_profile() {
            header.color = Color::of_profile(&profile);
        }
        let exif = reader.decoder.exif_metadata().ok().flatten();
        let orientation = exif.and_then(|block| exif::orientation(&block));
        header.orientation = orientation.unwrap_or_default();
        Ok((header, reader))
    }

    /// Reads all pixels.
    pub(super) fn read(self) -> Result<Decoded, Error> {
        let Self { decoder, form } = self;
        let decoded = read(decoder, form.size, form.color);
        form.complete(decoded)
    }

    /// A picture whose pixels are read as a whole.
    pub(super) fn opened(self, header: Header) -> Opened<'a> {
        let decode: Decode<'a> = Box::new(move |_, _| self.read());
        Opened::new(header, decode)
    }
}

impl Form {
    /// What was read, unless it could not be, or does not have the size of the header.
    pub(super) fn complete<T>(&self, read: Result<Option<T>, ImageError>) -> Result<T, Error> {
        let read = read.map_err(|error| self.refused(error))?;
        read.ok_or_else(|| mixed(self.format))
    }

    /// Why something could not be read.
    pub(super) fn refused(&self, error: ImageError) -> Error {
        refuse(self.format, error, self.allowed)
    }
}

/// The layout of samples of this type.
pub(super) fn layout(color: ColorType) -> Layout {
    match color {
        ColorType::L8 | ColorType::L16 => Layout::Gray,
        ColorType::La8 | ColorType::La16 => Layout::GrayAlpha,
        ColorType::Rgba8 | ColorType::Rgba16 | ColorType::Rgba32F => Layout::Rgba,
        _ => Layout::Rgb,
    }
}

/// `None` if there are fewer or more samples than the size requires.
pub(super) fn read(
    decoder: AnyDecoder<'_>,
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
            let image = LinearImage {
                size,
                layout,
                alpha: Alpha::Straight,
                samples,
                chromaticities: None,
            };
            return Ok(Some(Decoded::Linear(image)));
        }
    };
    Ok(Raster::new(size, layout, samples).map(Decoded::Raster))
}

/// The error for pixels that are not as many as the header says.
pub(super) fn mixed(format: Format) -> Error {
    let detail = "pixels do not match the header".into();
    PictureError::Malformed { format, detail }.into()
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
        ImageError::Limits(_) => needs_more_than(allowed),
        ImageError::IoError(cause) if cause.kind() == ErrorKind::UnexpectedEof => {
            ends_inside(format)
        }
        other => {
            // The innermost cause has the reason; the errors around it only repeat the format's
            // name.
            let cause = std::error::Error::source(&other).map(ToString::to_string);
            let detail = cause.unwrap_or_else(|| other.to_string());
            if format == Format::Exr && detail.contains("missing bytes") {
                return ends_inside(format);
            }
            PictureError::Malformed { format, detail }.into()
        }
    }
}
