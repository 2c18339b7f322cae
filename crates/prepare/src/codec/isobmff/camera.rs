//! The orientation that a camera writes beside the container.

use super::Items;
use crate::Orientation;
use crate::codec::exif;

/// The orientation in EXIF, for cameras that write it only there although it belongs in the
/// container. Such a file names the camera's manufacturer; software that has turned the pixels
/// rarely keeps both fields.
pub(super) fn camera_orientation(items: &Items<'_>, item: u32) -> Option<Orientation> {
    let block = items.exif(item)?;
    let turned = exif::orientation(&block).filter(|turned| *turned != Orientation::Normal);
    turned.filter(|_| exif::has_maker(&block))
}
