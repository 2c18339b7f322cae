//! From content to the codec that reads it. This is the only file that names all codecs, and no codec
//! imports it.

use image::ImageFormat;

use super::contract::{Decode, Embedded, Opened, left_out};
#[cfg(feature = "avif")]
use super::isobmff::avif;
#[cfg(feature = "heif")]
use super::isobmff::heif;
#[cfg(feature = "jxl")]
use super::jpeg_xl;
#[cfg(feature = "jpeg2000")]
use super::jpeg2000;
#[cfg(feature = "pdf")]
use super::pdf;
#[cfg(feature = "psd")]
use super::psd;
#[cfg(feature = "rare")]
use super::rare::{c_source, dds, extras, icns, pcx, pfm, sgi, sun};
#[cfg(feature = "raw")]
use super::raw;
#[cfg(feature = "svg")]
use super::svg;
#[cfg(feature = "tiff")]
use super::tiff;
use super::words::in_plain_words;
use super::{bmp, cgbi, damage, ico, jpeg, library, magic, png, pnm, runs};
use crate::pixels::decoded::Decoded;
use crate::{Error, Format, Limit, LimitExceeded, Limits, Note, OtherKind, PictureError};

/// Reads the header of a picture of any format.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    embedded: Embedded,
) -> Result<(Format, Opened<'a>), Error> {
    let format = recognize(bytes)?;
    let again = Again {
        format,
        limits: *limits,
        embedded,
    };
    let opened = open_as(format, bytes, limits, embedded)
        .map_err(|error| too_large_for_its_bytes(error, format, bytes.len()));
    let opened = match opened {
        Ok(opened) if knows_damage_itself(format) => opened,
        Ok(opened) => damage::filled_up(format, opened, bytes, again),
        Err(refused) => damage::open_cut(format, bytes, refused, again).map_err(in_plain_words)?,
    };
    let decode = opened.decode;
    let decode: Decode<'a> =
        Box::new(
            move |plan, scratch| match decode(plan, scratch).map_err(in_plain_words)? {
                noted @ Decoded::Damaged { .. } => Ok(noted),
                pixels if runs::end_elsewhere(format, bytes) => {
                    Ok(pixels.damaged(Note::Damaged { percent: 100 }))
                }
                pixels => Ok(pixels),
            },
        );
    Ok((format, Opened { decode, ..opened }))
}

/// Opens other bytes as the same format.
struct Again {
    format: Format,
    limits: Limits,
    embedded: Embedded,
}

impl damage::Reopen for Again {
    fn reopen<'a>(&self, bytes: &'a [u8]) -> Result<Opened<'a>, Error> {
        open_as(self.format, bytes, &self.limits, self.embedded)
    }
}

/// Whether the format's own decoder keeps what is there, or the format is text, for which filling
/// up makes no sense.
fn knows_damage_itself(format: Format) -> bool {
    use Format::{Gif, Jpeg, Pdf, Png, Svg, Xbm, Xpm};
    matches!(format, Jpeg | Png | Gif | Svg | Pdf | Xbm | Xpm)
}

/// Most pixels that one byte of these formats can stand for: 8 times the longest run of a packet.
const PIXELS_A_BYTE: u64 = 2048;

/// If a file can never contain the size that its header states, reports damage instead of a limit.
fn too_large_for_its_bytes(error: Error, format: Format, length: usize) -> Error {
    use Format::{Bmp, Dds, Farbfeld, Pcx, Pfm, Pnm, Psd, Qoi, Sgi, Sun, Tga};
    let is_simple = matches!(
        format,
        Bmp | Dds | Farbfeld | Pcx | Pfm | Pnm | Psd | Qoi | Sgi | Sun | Tga
    );
    match error {
        Error::Limit(LimitExceeded {
            limit: Limit::Side | Limit::Pixels,
            found,
            ..
        }) if is_simple && found > length as u64 * PIXELS_A_BYTE => {
            let bytes = length as u64;
            PictureError::Implausible { format, bytes }.into()
        }
        error => error,
    }
}

/// The format, or what the file is instead. Formats with a signature take precedence over those
/// without.
fn recognize(bytes: &[u8]) -> Result<Format, PictureError> {
    let format = Format::recognize(bytes);
    if let Some(format) = format.filter(|format| format.is_surely_a_picture()) {
        return Ok(format);
    }
    let start = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    match OtherKind::recognize(start) {
        Some(kind) if kind.is_picture() => Err(PictureError::NotRead { kind }),
        Some(kind) => Err(PictureError::NotAPicture { kind }),
        None => format.ok_or_else(|| PictureError::UnrecognizedFormat {
            found: magic::describe(bytes),
        }),
    }
}

/// Opens a picture that is all that a container shows.
pub(crate) fn open_embedded<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    embedded: Embedded,
) -> Result<Opened<'a>, Error> {
    match recognize(bytes)? {
        format @ (Format::Jpeg | Format::Png | Format::Jpeg2000) => {
            open_as(format, bytes, limits, embedded)
        }
        format => {
            let feature = "as the picture inside another file".into();
            Err(PictureError::Unsupported { format, feature }.into())
        }
    }
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
        Format::Png if cgbi::matches(bytes) => cgbi::open(bytes, limits),
        Format::Png => png::open(bytes, limits),
        Format::Gif => by_library(ImageFormat::Gif),
        Format::WebP => by_library(ImageFormat::WebP),
        #[cfg(feature = "raw")]
        Format::Raw => raw::open(bytes, limits),
        #[cfg(feature = "tiff")]
        Format::Tiff => tiff::open(bytes, limits),
        Format::Bmp => bmp::open(bytes, limits, embedded),
        #[cfg(feature = "rare")]
        Format::Pfm => pfm::open(bytes, limits),
        Format::Ico => ico::open(bytes, limits, embedded),
        #[cfg(feature = "rare")]
        Format::Icns => icns::open(bytes, limits, embedded),
        #[cfg(feature = "rare")]
        Format::Qoi => by_library(ImageFormat::Qoi),
        #[cfg(feature = "rare")]
        Format::Dds => dds::open(bytes, limits),
        Format::Hdr => by_library(ImageFormat::Hdr),
        #[cfg(feature = "rare")]
        Format::Exr => by_library(ImageFormat::OpenExr),
        Format::Farbfeld => by_library(ImageFormat::Farbfeld),
        Format::Pnm => pnm::open(bytes, limits),
        #[cfg(feature = "avif")]
        Format::Avif => avif::open(bytes, limits),
        #[cfg(feature = "heif")]
        Format::Heif => heif::open(bytes, limits),
        #[cfg(feature = "jxl")]
        Format::JpegXl => jpeg_xl::open(bytes, limits),
        #[cfg(feature = "jpeg2000")]
        Format::Jpeg2000 => jpeg2000::open(bytes, limits),
        #[cfg(feature = "psd")]
        Format::Psd => psd::open(bytes, limits),
        #[cfg(feature = "pdf")]
        Format::Pdf => pdf::open(bytes, limits),
        #[cfg(feature = "svg")]
        Format::Svg => svg::open(bytes, limits, embedded),
        #[cfg(feature = "rare")]
        Format::Sgi => sgi::open(bytes, limits),
        #[cfg(feature = "rare")]
        Format::Sun => sun::open(bytes, limits),
        #[cfg(feature = "rare")]
        Format::Xpm => c_source::xpm(bytes, limits),
        #[cfg(feature = "rare")]
        Format::Xbm => c_source::xbm(bytes, limits),
        #[cfg(feature = "rare")]
        Format::Pcx => pcx::open(bytes, limits),
        Format::Tga => by_library(ImageFormat::Tga),
        #[cfg(feature = "rare")]
        Format::Wbmp => extras::wbmp(bytes, limits),
        #[allow(unreachable_patterns)] // where nothing is left out
        _ => Err(left_out(format, feature(format))),
    }
}

/// The feature that a format's codec needs; empty for formats of every build.
fn feature(format: Format) -> &'static str {
    match format {
        Format::Avif => "avif",
        Format::Heif => "heif",
        Format::Jpeg2000 => "jpeg2000",
        Format::JpegXl => "jxl",
        Format::Pdf => "pdf",
        Format::Psd => "psd",
        Format::Pfm
        | Format::Icns
        | Format::Qoi
        | Format::Dds
        | Format::Exr
        | Format::Sgi
        | Format::Sun
        | Format::Xpm
        | Format::Xbm
        | Format::Pcx
        | Format::Wbmp => "rare",
        Format::Raw => "raw",
        Format::Svg => "svg",
        Format::Tiff => "tiff",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether this build has the codec.
    fn is_built(format: Format) -> bool {
        match feature(format) {
            "" => true,
            "avif" => cfg!(feature = "avif"),
            "heif" => cfg!(feature = "heif"),
            "jpeg2000" => cfg!(feature = "jpeg2000"),
            "jxl" => cfg!(feature = "jxl"),
            "pdf" => cfg!(feature = "pdf"),
            "psd" => cfg!(feature = "psd"),
            "rare" => cfg!(feature = "rare"),
            "raw" => cfg!(feature = "raw"),
            "svg" => cfg!(feature = "svg"),
            "tiff" => cfg!(feature = "tiff"),
            other => panic!("{other} is no feature"),
        }
    }

    #[test]
    fn a_format_that_is_left_out_fails_and_names_its_feature() {
        use crate::stages::embedded::EMBEDDED;

        for format in Format::all() {
            let opened = open_as(format, b"", &Limits::default(), EMBEDDED);
            let Err(error) = opened else {
                panic!("{format} was opened without a byte");
            };
            let left_out = format!(
                "unsupported {format}: this build was made without the feature `{}`",
                feature(format)
            );
            assert_eq!(error.to_string() == left_out, !is_built(format), "{error}");
        }
    }
}
