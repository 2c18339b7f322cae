//! What a file says about the colours of its samples, in one type for all codecs; the stage
//! `convert` applies it.

mod lightness;
mod primaries;
mod profile_light;
mod tone;
mod transfer;

use crate::Limits;
pub(crate) use lightness::{cube, light_of};
pub(crate) use primaries::{Chromaticities, Matrix};
pub(crate) use profile_light::{Floats, curve_value, high_range};
pub(crate) use tone::ToneMap;
pub(crate) use transfer::{Transfer, encode_srgb};

/// Exponent of Adobe RGB (1998), 4.3.1.2: 563 / 256.
const ADOBE_RGB_GAMMA: f64 = 2.199_218_75;

/// What samples mean. Codecs undo YCbCr matrices, narrow ranges and palettes themselves.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Color {
    /// The file says nothing: sRGB, gray with the curve of sRGB, or CMYK without a profile.
    #[default]
    Unspecified,
    /// An ICC profile as embedded, not parsed yet; empty if there is one that is incomplete or too
    /// large.
    Icc(Vec<u8>),
    /// Code points of ITU-T H.273, tables 2 and 3; 2 is unspecified in both.
    Cicp { primaries: u8, transfer: u8 },
    /// Samples are light to the power of `exponent` (PNG's gAMA, about 0.45).
    Gamma {
        exponent: f64,
        chromaticities: Option<Chromaticities>,
    },
    /// Adobe RGB (1998), declared without a profile.
    AdobeRgb,
    /// CIELAB under D50 in three channels: L* from 0 to 100 over the full range, a* and b* plus
    /// 128 over 255 as the full range (TIFF 6.0 section 23 with the sign undone, Photoshop).
    Lab,
}

impl Color {
    /// The colours of a profile, unless it is larger than the limit.
    pub(crate) fn of_profile(icc: &[u8]) -> Self {
        match icc.len() {
            0..=Limits::PROFILE_BYTES => Self::Icc(icc.to_vec()),
            _ => Self::Icc(Vec::new()),
        }
    }

    /// Transfer curve and primaries, if the file gives them as numbers; `None` if it does not, or
    /// if they are those of sRGB.
    pub(crate) fn colorimetry(&self) -> Option<(Transfer, Matrix)> {
        let (transfer, matrix) = match *self {
            Self::Unspecified | Self::Icc(_) | Self::Lab => return None,
            Self::AdobeRgb => (
                Transfer::Power(ADOBE_RGB_GAMMA),
                Matrix::of(&Chromaticities::ADOBE_RGB),
            ),
            Self::Cicp {
                primaries,
                transfer,
            } => (Transfer::of_cicp(transfer), Matrix::of_cicp(primaries)),
            Self::Gamma {
                exponent,
                chromaticities,
            } => (
                Transfer::of_gamma(exponent),
                chromaticities.and_then(|found| Matrix::of(&found)),
            ),
        };
        let is_srgb = transfer == Transfer::Srgb && matrix.is_none();
        (!is_srgb).then(|| (transfer, matrix.unwrap_or(Matrix::IDENTITY)))
    }
}
