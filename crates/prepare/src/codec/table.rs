//! From content to the codec that reads it. This is the only file that names all codecs, and no codec
//! imports it.

use image::ImageFormat;

use super::contract::{Embedded, Opened};
use super::isobmff::{avif, heif};
use super::rare::{c_source, dds, extras, icns, pfm, sgi, sun};
use super::{bmp, jpeg, jpeg_xl, jpeg2000, library, magic, pdf, png, pnm, psd, raw, svg, tiff};
use crate::{Error, Format, Limits, PictureError};

/// Reads the header of a picture of any format.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    embedded: Embedded,
) -> Result<(Format, Opened<'a>), Error> {
    let format = Format::recognize(bytes).ok_or_else(|| PictureError::UnrecognizedFormat {
        found: magic::describe(bytes),
    })?;
    Ok((format, open_as(format, bytes, limits, embedded)?))
}

/// Reads the header of a picture of a format that is known.
fn open_as<'a>(
    format: Format,
    bytes: &'a [u8],
    limits: &Limits,
    embedded: Embedded,
) -> Result<Opened<'a>, Error> {
    let by_library = |library| library::open(format, library, bytes, limits);
    match format {
        Format::Jpeg => jpeg::open(bytes, limits),
        Format::Png => png::open(bytes, limits),
        Format::Gif => by_library(ImageFormat::Gif),
        Format::WebP => by_library(ImageFormat::WebP),
        Format::Raw => raw::open(bytes, limits),
        Format::Tiff => tiff::open(bytes, limits),
        Format::Bmp => bmp::open(bytes, limits),
        Format::Pfm => pfm::open(bytes, limits),
        Format::Ico => by_library(ImageFormat::Ico),
        Format::Icns => icns::open(bytes, limits),
        Format::Qoi => by_library(ImageFormat::Qoi),
        Format::Dds => dds::open(bytes, limits),
        Format::Hdr => by_library(ImageFormat::Hdr),
        Format::Exr => by_library(ImageFormat::OpenExr),
        Format::Farbfeld => by_library(ImageFormat::Farbfeld),
        Format::Pnm => pnm::open(bytes, limits),
        Format::Avif => avif::open(bytes, limits),
        Format::Heif => heif::open(bytes, limits),
        Format::JpegXl => jpeg_xl::open(bytes, limits),
        Format::Jpeg2000 => jpeg2000::open(bytes, limits),
        Format::Psd => psd::open(bytes, limits),
        Format::Pdf => pdf::open(bytes, limits),
        Format::Svg => svg::open(bytes, limits, embedded),
        Format::Sgi => sgi::open(bytes, limits),
        Format::Sun => sun::open(bytes, limits),
        Format::Xpm => c_source::xpm(bytes, limits),
        Format::Xbm => c_source::xbm(bytes, limits),
        Format::Pcx => extras::pcx(bytes, limits),
        Format::Tga => by_library(ImageFormat::Tga),
        Format::Wbmp => extras::wbmp(bytes, limits),
    }
}
