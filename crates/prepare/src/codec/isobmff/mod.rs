//! Reads the ISO base media container of HEIF and AVIF: which coded pictures make up the primary
//! one and how they are shown (ISO/IEC 14496-12 and 23008-12). Decoding them is left to the codecs.

#[cfg(feature = "avif")]
mod av1;
#[cfg(feature = "avif")]
pub(super) mod avif;
mod boxes;
#[cfg(any(feature = "avif", feature = "heif"))]
mod color;
mod grid;
#[cfg(feature = "heif")]
pub(super) mod heif;
#[cfg(feature = "heif")]
mod hevc;
mod items;
#[cfg(any(feature = "avif", feature = "heif"))]
mod mend;
#[cfg(any(feature = "avif", feature = "heif"))]
mod mosaic;
mod properties;
mod sequence;
mod window;

pub(super) use boxes::{boxes, canon_exif};
pub(super) use grid::Grid;
pub(super) use items::Items;
pub(super) use properties::{Nclx, Property};
pub(super) use sequence::{Sequence, frames};
pub(super) use window::Window;
