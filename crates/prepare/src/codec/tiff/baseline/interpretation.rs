//! PhotometricInterpretation, read before the decoder reads it. The decoder could read samples of
//! palettes and of CIELAB but refuses their colour model, so the tag is changed to gray or RGB.

use super::patched::Patched;
use crate::codec::ifd::tag;

/// What the samples are (TIFF 6.0, pages 37 and 110; Adobe Photoshop TIFF, 2002).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Interpretation {
    Palette,
    /// CIELAB with signed a* and b*.
    Lab,
    /// CIELAB with a* and b* plus 128.
    IccLab,
    /// As the decoder reports.
    Other,
}

impl Interpretation {
    /// Reads the tag of the directory, and changes it to a value that the decoder accepts.
    pub(super) fn find(file: &mut Patched<'_>) -> Self {
        let (found, name) = match file.value(tag::PHOTOMETRIC) {
            Some(3) => (Self::Palette, 1),
            Some(8) => (Self::Lab, 2),
            Some(9) => (Self::IccLab, 2),
            _ => return Self::Other,
        };
        file.patch(tag::PHOTOMETRIC, name);
        found
    }

    pub(super) fn is_lab(self) -> bool {
        matches!(self, Self::Lab | Self::IccLab)
    }
}
