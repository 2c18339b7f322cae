//! HEIF and AVIF, which share a container: the ISO base media file (ISO/IEC 14496-12 and 23008-12).
//!
//! A file consists of nested *boxes*. The box `meta` lists *items* (coded pictures, grids that are put together from
//! others, alpha planes, thumbnails, EXIF), their *properties* (size, colours, how they are turned and cut) and which
//! item belongs to which. An image sequence has a *track* of frames instead, of which the first is used.
//!
//! `boxes`, `items`, `properties` and `sequence` read the container; `grid`, `tiling`, `mosaic` and `window` say how coded
//! pictures make up the one that is shown; [`heif`] (HEVC) and [`avif`] (AV1) decode. For large files, `sparse` and
//! `in_order` read only what they need of them.

#[cfg(feature = "avif")]
mod av1;
#[cfg(any(feature = "avif", feature = "heif"))]
#[cfg_attr(not(feature = "avif"), allow(dead_code))]
mod av1_header;
#[cfg(feature = "avif")]
mod av1_tiles;
#[cfg(feature = "avif")]
pub(super) mod avif;
#[cfg(any(feature = "avif", feature = "heif"))]
mod bounds;
mod boxes;
#[cfg(feature = "heif")]
mod camera;
#[cfg(any(feature = "avif", feature = "heif"))]
mod color;
mod grid;
#[cfg(feature = "heif")]
mod heic;
#[cfg(feature = "heif")]
pub(super) mod heif;
#[cfg(feature = "heif")]
mod hevc;
#[cfg(any(feature = "avif", feature = "heif"))]
mod in_order;
mod items;
#[cfg(any(feature = "avif", feature = "heif"))]
mod mend;
#[cfg(any(feature = "avif", feature = "heif"))]
mod mosaic;
mod properties;
mod sequence;
#[cfg(any(feature = "avif", feature = "heif"))]
mod sparse;
mod tiling;
#[cfg(feature = "heif")]
mod whole;
mod window;

#[cfg(feature = "jpeg2000")]
pub(super) use boxes::place;
pub(super) use boxes::{boxes, canon_exif, descend};
pub(super) use grid::Grid;
pub(super) use items::Items;
pub(super) use properties::{Nclx, Property};
pub(super) use sequence::{Sequence, Tracks, frames};
#[cfg(any(feature = "avif", feature = "heif"))]
pub(super) use sparse::sparse;
pub(super) use window::Window;
