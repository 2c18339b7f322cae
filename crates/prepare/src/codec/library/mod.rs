//! Every format that the `image` crate decodes, with a module for each family.

mod decoders;
mod gif;
mod linear;
#[cfg(feature = "rare")]
mod qoi;
mod reader;
mod rows;
mod webp;

use image::error::ImageError;
use image::{ImageDecoder, ImageFormat};

use crate::codec::contract::Opened;
use crate::{Error, Format, Limits};
use decoders::{AnyDecoder, decoder, library_limits};
pub(super) use gif::outline as gif_outline;
use reader::Reader;
pub(super) use webp::outline as webp_outline;

/// Reads the header.
pub(super) fn open<'a>(
    format: Format,
    library_format: ImageFormat,
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<Opened<'a>, Error> {
    match format {
        Format::Gif => gif::open(bytes, limits),
        Format::WebP => webp::open(bytes, limits),
        Format::Hdr => linear::open_radiance(bytes, limits),
        #[cfg(feature = "rare")]
        Format::Exr => linear::open_exr(bytes, limits),
        #[cfg(feature = "rare")]
        Format::Qoi => qoi::open(bytes, limits),
        _ => {
            if let Some(size) = rows::declared_size(format, bytes) {
                limits.check_picture(size, 1, 0)?;
            }
            let decoder = decoder(library_format, bytes, library_limits(limits));
            opened_by(format, decoder, bytes, limits)
        }
    }
}

/// Opens a picture whose header a decoder with the trait of `image` has read.
pub(super) fn opened<'a>(
    format: Format,
    decoder: Result<impl ImageDecoder + 'a, ImageError>,
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<Opened<'a>, Error> {
    let boxed = decoder.map(|decoder| -> AnyDecoder<'a> { Box::new(decoder) });
    opened_by(format, boxed, bytes, limits)
}

fn opened_by<'a>(
    format: Format,
    decoder: Result<AnyDecoder<'a>, ImageError>,
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<Opened<'a>, Error> {
    let (header, reader) = Reader::start_with_metadata(format, decoder, bytes, limits)?;
    Ok(match format {
        Format::Bmp | Format::Dds | Format::Farbfeld | Format::Pnm | Format::Tga => {
            rows::opened(format, header, reader, bytes)
        }
        _ => reader.opened(header),
    })
}
