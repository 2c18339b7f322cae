//! Radiance HDR and OpenEXR: linear light in floats, with the primaries of their headers.

mod chromaticities;
#[cfg(feature = "rare")]
mod exr;
#[cfg(feature = "rare")]
mod exr_layer;
#[cfg(feature = "rare")]
mod exr_names;
mod radiance;

use image::ImageFormat;

use super::decoders::{decoder, library_limits};
use super::reader::Reader;
use crate::codec::contract::{Decode, Opened};
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::Alpha;
use crate::{Error, Format, Limits};
use chromaticities::chromaticities;

/// Reads the header of a Radiance HDR.
pub(super) fn open_radiance<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    radiance::check(bytes)?;
    open(Format::Hdr, ImageFormat::Hdr, bytes, limits)
}

/// Reads the header of an OpenEXR.
#[cfg(feature = "rare")]
pub(super) fn open_exr<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    exr::check(bytes)?;
    let library = || open(Format::Exr, ImageFormat::OpenExr, bytes, limits);
    match exr_layer::Picture::find(bytes) {
        Some(picture) => picture?.open(bytes, limits, library),
        None => library(),
    }
}

fn open<'a>(
    format: Format,
    library_format: ImageFormat,
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<Opened<'a>, Error> {
    let decoder = decoder(library_format, bytes, library_limits(limits));
    let (header, reader) = Reader::start_with_metadata(format, decoder, bytes, limits)?;
    let decode: Decode<'a> = Box::new(move |_, _| {
        let mut decoded = reader.read()?;
        if let Decoded::Linear(image) = &mut decoded {
            image.chromaticities = chromaticities(format, bytes);
            if format == Format::Exr {
                image.alpha = Alpha::Premultiplied;
            }
        }
        Ok(decoded)
    });
    Ok(Opened::new(header, decode))
}
