//! Reads the EXIF tags that are used: orientation, the subject area, the camera's colours and maker. A
//! block of EXIF is a small TIFF file, whose directories [`ifd`](super::ifd) reads.

use crate::Orientation;
use crate::codec::ifd::{Directory, Tiff, tag};

/// The orientation that an EXIF block states (TIFF header first, `Exif\0\0` allowed before it).
/// Damaged blocks are read as far as possible; `None` if the tag is missing or out of range.
pub(crate) fn orientation(block: &[u8]) -> Option<Orientation> {
    let value = main(block)?.whole(tag::ORIENTATION)?;
    Orientation::from_exif(value.try_into().ok()?)
}

/// The centre of the subject area in an EXIF block, in stored pixels. The area is a point, a circle
/// or a rectangle, and all of these start with their centre.
pub(crate) fn subject_area(block: &[u8]) -> Option<(f64, f64)> {
    let camera = main(block)?.below(tag::EXIF_DIRECTORY)?;
    camera.whole(tag::SUBJECT_AREA)?;
    let mut values = camera.values(tag::SUBJECT_AREA);
    Some((values.next()? as f64, values.next()? as f64))
}

/// Whether the colours are Adobe RGB: the optional colour space of DCF 2.0, for which cameras write
/// no profile.
pub(crate) fn is_adobe_rgb(block: &[u8]) -> bool {
    const SRGB: usize = 1;
    /// Not in the standard, but some cameras write it.
    const ADOBE_RGB: usize = 2;
    let Some(camera) = main(block).and_then(|main| main.below(tag::EXIF_DIRECTORY)) else {
        return false;
    };
    let space = camera.whole(tag::COLOR_SPACE);
    let rules = camera.below(tag::INTEROPERABILITY);
    let index = rules
        .as_ref()
        .and_then(|rules| rules.text(tag::INTEROPERABILITY_INDEX));
    let is_option = index.is_some_and(|index| index.starts_with(b"R03"));
    space == Some(ADOBE_RGB) || is_option && space != Some(SRGB)
}

/// Whether the block names the manufacturer of a camera.
pub(crate) fn has_maker(block: &[u8]) -> bool {
    main(block).is_some_and(|main| main.has(tag::MAKE))
}

/// The directory of the picture itself; the next one is that of its thumbnail.
fn main(block: &[u8]) -> Option<Directory<'_>> {
    let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    // Numbers other than 42 belong to other formats.
    matches!(tiff.get(..4)?, b"II*\0" | b"MM\0*").then(|| Tiff::new(tiff)?.first())?
}
