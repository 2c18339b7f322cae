//! Codecs: recognise a format, read its header and decode it. [`table`] is the only file that names
//! all codecs; [`contract`] has the types that each of them returns.

mod aspect;
mod bit_fields;
mod bmp;
mod bytes;
mod cgbi;
mod chunks;
pub(crate) mod contract;
mod damage;
mod ends;
pub(crate) mod exif;
mod frames;
mod ico;
mod ifd;
mod isobmff;
mod jpeg;
#[cfg(feature = "jpeg2000")]
mod jpeg2000;
#[cfg(feature = "jxl")]
mod jpeg_xl;
mod library;
mod magic;
mod markup;
mod other;
#[cfg(any(feature = "psd", feature = "tiff"))]
mod packbits;
#[cfg(any(feature = "pdf", feature = "svg"))]
mod painting;
#[cfg(feature = "pdf")]
mod pdf;
mod png;
mod pnm;
#[cfg(feature = "psd")]
mod psd;
#[cfg(feature = "rare")]
mod rare;
#[cfg(feature = "raw")]
mod raw;
mod runs;
#[cfg(feature = "svg")]
mod svg;
pub(crate) mod table;
#[cfg(feature = "tiff")]
mod tiff;
mod vp8;
mod vp8l;
mod whole_file;
mod words;
pub(crate) mod xmp;

use crate::Format;

/// The centre of the subject area in a picture's EXIF, as shares of the sides of the stored picture.
pub(crate) fn subject_area(bytes: &[u8], format: Format, size: (u32, u32)) -> Option<(f64, f64)> {
    match format {
        Format::Jpeg => {
            exif::subject_area(avatar_jpeg::Decoder::new(bytes).ok()?.header().exif?, size)
        }
        #[cfg(any(feature = "avif", feature = "heif"))]
        Format::Heif | Format::Avif => {
            let items = isobmff::Items::read(bytes)?;
            exif::subject_area(&items.exif(items.primary())?, size)
        }
        Format::Tiff => exif::subject_area(bytes, size),
        _ => None,
    }
}
