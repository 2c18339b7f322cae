//! From content to the codec that reads it. This is the only file that names all codecs, and no codec
//! imports it.

use std::io;

use image::ImageFormat;

use super::contract::{Decode, Embedded, Opened};
#[cfg(feature = "tiff")]
use super::ifd;
#[cfg(any(feature = "avif", feature = "heif"))]
use super::isobmff;
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
use super::{aspect, bmp, cgbi, damage, ico, jpeg, library, magic, png, pnm, runs};
use crate::pixels::decoded::Decoded;
use crate::pixels::outline::Outline;
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
        Ok(opened) if opened.mends_itself || knows_damage_itself(format) => opened,
        Ok(opened) => damage::filled_up(format, opened, bytes, again),
        Err(refused) => damage::open_cut(format, bytes, refused, again).map_err(in_plain_words)?,
    };
    let Opened { mut header, .. } = opened;
    header.notes.extend(aspect::note(format, bytes));
    let decode = opened.decode;
    let decode: Decode<'a> =
        Box::new(
            move |plan, scratch| match decode(plan, scratch).map_err(in_plain_words)? {
                noted @ Decoded::Damaged {
                    note: Note::Damaged { .. } | Note::DamageElsewhere,
                    ..
                } => Ok(noted),
                pixels if runs::end_elsewhere(format, bytes) => {
                    Ok(pixels.damaged(Note::Damaged { percent: 100 }))
                }
                pixels => Ok(pixels),
            },
        );
    Ok((
        format,
        Opened {
            header,
            decode,
            ..opened
        },
    ))
}

/// What reads the outline of a file that starts like this; `None` if the file must be read whole, which its outline can
/// find too.
pub(crate) fn outline(start: &[u8]) -> Option<fn(&mut Outline) -> io::Result<()>> {
    Some(match Format::recognize(start)? {
        #[cfg(any(feature = "avif", feature = "heif"))]
        Format::Avif | Format::Heif => isobmff::outline,
        Format::Bmp | Format::Pnm | Format::Tiff => Outline::keep_ends,
        // Where run lengths end is known only when all of them are read.
        Format::Tga if matches!(start.get(2), Some(2 | 3)) => Outline::keep_ends,
        Format::Gif => library::gif_outline,
        Format::Jpeg => jpeg::outline,
        Format::Png => png::outline,
        #[cfg(feature = "psd")]
        Format::Psd => psd::outline,
        Format::WebP => library::webp_outline,
        _ => return None,
    })
}

/// Whether a file can be opened before its length is admitted as memory, judged by what is known of it.
pub(crate) fn is_brief(bytes: &[u8]) -> bool {
    #[cfg(feature = "tiff")]
    if let Some(tiff) = magic::tiff(bytes).then(|| ifd::Tiff::new(bytes)).flatten() {
        return tiff.is_brief();
    }
    #[cfg(feature = "heif")]
    if Format::recognize(bytes) == Some(Format::Heif) {
        return heif::is_brief(bytes);
    }
    let _ = bytes;
    true
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

/// A `match` over formats in which every arm that needs a feature names it once: without the
/// feature, the same arm is the error that says so.
macro_rules! by_format {
    ($format:expr, {
        $($always:ident => $open:expr,)*
        $($feature:literal: { $($optional:ident => $read:expr,)* })*
    }) => {
        match $format {
            $(Format::$always => $open,)*
            $($(
                #[cfg(feature = $feature)]
                Format::$optional => $read,
                #[cfg(not(feature = $feature))]
                Format::$optional => Err(super::contract::left_out(Format::$optional, $feature)),
            )*)*
        }
    };
}

/// Reads the header of a picture of a format that is known.
fn open_as<'a>(
    format: Format,
    bytes: &'a [u8],
    limits: &Limits,
    embedded: Embedded,
) -> Result<Opened<'a>, Error> {
    let by_library = |library| library::open(format, library, bytes, limits);
    by_format!(format, {
        Bmp => bmp::open(bytes, limits, embedded),
        Farbfeld => by_library(ImageFormat::Farbfeld),
        Gif => by_library(ImageFormat::Gif),
        Hdr => by_library(ImageFormat::Hdr),
        Ico => ico::open(bytes, limits, embedded),
        Jpeg => jpeg::open(bytes, limits),
        Png => match cgbi::matches(bytes) {
            true => cgbi::open(bytes, limits),
            false => png::open(bytes, limits),
        },
        Pnm => pnm::open(bytes, limits),
        Tga => by_library(ImageFormat::Tga),
        WebP => by_library(ImageFormat::WebP),
        "avif": {
            Avif => avif::open(bytes, limits),
        }
        "heif": {
            Heif => heif::open(bytes, limits),
        }
        "jpeg2000": {
            Jpeg2000 => jpeg2000::open(bytes, limits),
        }
        "jxl": {
            JpegXl => jpeg_xl::open(bytes, limits),
        }
        "pdf": {
            Pdf => pdf::open(bytes, limits),
        }
        "psd": {
            Psd => psd::open(bytes, limits),
        }
        "rare": {
            Dds => dds::open(bytes, limits),
            Exr => by_library(ImageFormat::OpenExr),
            Icns => icns::open(bytes, limits, embedded),
            Pcx => pcx::open(bytes, limits),
            Pfm => pfm::open(bytes, limits),
            Qoi => by_library(ImageFormat::Qoi),
            Sgi => sgi::open(bytes, limits),
            Sun => sun::open(bytes, limits),
            Wbmp => extras::wbmp(bytes, limits),
            Xbm => c_source::xbm(bytes, limits),
            Xpm => c_source::xpm(bytes, limits),
        }
        "raw": {
            Raw => raw::open(bytes, limits),
        }
        "svg": {
            Svg => svg::open(bytes, limits, embedded),
        }
        "tiff": {
            Tiff => tiff::open(bytes, limits),
        }
    })
}
