//! Reads a file whole and says what it is, without making anything of it.

use avatar_jpeg::{ColorModel, Scratch};

use crate::guard::guarded;
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::{Layout, Raster};
use crate::pixels::reduce::Reduced;
use crate::stages::convert::space;
use crate::stages::decode::decode;
use crate::stages::embedded::EMBEDDED;
use crate::stages::probe::probe;
use crate::{ColorSpace, Error, Format, Limits, Note, Orientation, Plan};

/// What a whole file is, as [`examine`] found it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Examination {
    /// The format, recognised by content.
    pub format: Format,
    /// Width as stored, before any turning, in pixels.
    pub width: u32,
    /// Height as stored, before any turning, in pixels.
    pub height: u32,
    /// How the stored pixels must be turned to stand upright.
    pub orientation: Orientation,
    /// Frames or pages in the file.
    pub frames: u32,
    /// What the file says about its colours.
    pub color_space: ColorSpace,
    /// Whether any pixel is not opaque.
    pub is_transparent: bool,
    /// Notes about how the file was read, such as damage that was repaired.
    pub notes: Vec<Note>,
}

/// Decodes all pixels of a file and says what it is. A drawing (SVG, PDF) is not drawn: only its
/// header is read.
///
/// ```
/// use avatar_prepare::{ColorSpace, Limits, examine};
///
/// # fn main() -> Result<(), avatar_prepare::Error> {
/// let gray = b"P5 3 2 255 \x00\x7f\xff\x00\x7f\xff"; // a PGM of 3 x 2 pixels
/// let found = examine(gray, &Limits::default())?;
/// assert_eq!((found.width, found.height), (3, 2));
/// assert_eq!(found.color_space, ColorSpace::Unspecified);
/// assert!(!found.is_transparent);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As [`Preparer::prepare`](crate::Preparer::prepare), if the file cannot be read.
pub fn examine(bytes: &[u8], limits: &Limits) -> Result<Examination, Error> {
    guarded(|| {
        let (probe, opened) = probe(bytes, limits, EMBEDDED)?;
        let mut found = Examination {
            format: probe.format(),
            width: probe.width(),
            height: probe.height(),
            orientation: probe.orientation(),
            frames: probe.frames(),
            color_space: space(&opened.header.color),
            is_transparent: false,
            notes: probe.notes().to_vec(),
        };
        if probe.is_scalable() {
            return Ok(found);
        }
        let plan = Plan::of_all((probe.width(), probe.height()), probe.orientation());
        let decoded = decode(opened, &plan, &mut Scratch::new())?;
        found.notes.extend(decoded.notes);
        found.is_transparent = is_transparent(&decoded.pixels);
        let says_nothing = found.color_space == ColorSpace::Unspecified;
        if says_nothing && is_ink(&decoded.pixels) {
            found.color_space = ColorSpace::Other("CMYK".into());
        }
        Ok(found)
    })
}

fn raster(pixels: &Decoded) -> Option<&Raster> {
    match pixels {
        Decoded::Raster(raster)
        | Decoded::Cropped(raster)
        | Decoded::Reduced(Reduced { raster, .. }) => Some(raster),
        Decoded::Damaged { pixels, .. } => raster(pixels),
        Decoded::Planes(_) | Decoded::Linear(_) => None,
    }
}

fn is_transparent(pixels: &Decoded) -> bool {
    raster(pixels).is_some_and(Raster::is_transparent)
}

fn is_ink(pixels: &Decoded) -> bool {
    match pixels {
        Decoded::Planes(planes) => {
            matches!(
                planes.color(),
                ColorModel::Cmyk { .. } | ColorModel::Ycck { .. }
            )
        }
        other => raster(other).is_some_and(|raster| raster.layout == Layout::Cmyk),
    }
}
