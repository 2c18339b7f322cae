//! Every format that is read: what recognises it, what reads its header and what decodes it.
//! [`table`] is the one file that names all codecs; [`contract`] is what each of them keeps.

mod bmp;
mod chunks;
pub(crate) mod contract;
mod exif;
mod frames;
mod ifd;
mod isobmff;
mod jpeg;
mod jpeg2000;
mod jpeg_xl;
mod library;
mod magic;
mod pdf;
mod png;
mod pnm;
mod psd;
mod rare;
mod raw;
mod svg;
pub(crate) mod table;
mod tiff;
