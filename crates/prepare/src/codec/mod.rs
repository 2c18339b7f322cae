//! Every format that is read: what recognises it, what reads its header and what decodes it.
//! [`table`] is the one file that names all codecs; [`contract`] is what each of them keeps.

mod bmp;
mod bytes;
mod chunks;
pub(crate) mod contract;
mod exif;
mod frames;
mod ifd;
mod isobmff;
mod jpeg;
#[cfg(feature = "jpeg2000")]
mod jpeg2000;
#[cfg(feature = "jxl")]
mod jpeg_xl;
mod library;
mod magic;
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
#[cfg(feature = "svg")]
mod svg;
pub(crate) mod table;
#[cfg(feature = "tiff")]
mod tiff;
