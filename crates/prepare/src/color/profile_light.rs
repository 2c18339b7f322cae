//! What the curves of an ICC profile say: whether floats are light, and whether samples are of high
//! dynamic range.

use moxcms::{ColorProfile, DataColorSpace, ToneReprCurve};

use super::transfer::WHITE;
use super::{Chromaticities, Matrix, Transfer};

/// A sixteenth of a step of 8 bits: curves that differ less from a straight line are one.
const STRAIGHT: f64 = 1.0 / (16.0 * 255.0);

/// What floats mean.
pub(crate) enum Floats {
    /// Light, with the primaries of the profile; `None` for gray.
    Light(Option<Chromaticities>),
    /// Values of the curve of the profile, as darktable, GIMP and RawTherapee write them.
    Encoded { is_gray: bool },
}

impl Floats {
    /// What they mean with this profile; `None` if it cannot be used for them.
    pub(crate) fn of_profile(icc: &[u8]) -> Option<Self> {
        let profile = ColorProfile::new_from_slice(icc).ok()?;
        let is_gray = match profile.color_space {
            DataColorSpace::Gray => true,
            DataColorSpace::Rgb => false,
            _ => return None,
        };
        let curves = match is_gray {
            true => vec![&profile.gray_trc],
            false => vec![&profile.red_trc, &profile.green_trc, &profile.blue_trc],
        };
        let has_table =
            profile.lut_a_to_b_perceptual.is_some() || profile.lut_a_to_b_colorimetric.is_some();
        let are_straight = curves
            .into_iter()
            .all(|curve| curve.as_ref().is_some_and(is_straight));
        Some(match are_straight && !has_table {
            true if is_gray => Self::Light(None),
            true => Self::Light(Chromaticities::of_icc(&profile)),
            false => Self::Encoded { is_gray },
        })
    }
}

/// Transfer curve and primaries of a profile for PQ or HLG. Read as it stands, its white would be the
/// brightest that the curve can express, and the picture nearly black. It says so by code points
/// (ICC.1, 9.2.17) or only by its curve.
pub(crate) fn high_range(profile: &ColorProfile) -> Option<(Transfer, Matrix)> {
    let points = profile.cicp.as_ref();
    let stated = points.map(|points| Transfer::of_cicp(points.transfer_characteristics as u8));
    let stated = stated.filter(|transfer| transfer.is_high_range());
    let transfer = stated.or_else(|| {
        let curve = profile.red_trc.as_ref().or(profile.gray_trc.as_ref())?;
        [Transfer::Pq, Transfer::Hlg]
            .into_iter()
            .find(|transfer| is_curve_of(curve, *transfer))
    })?;
    let by_points = points.filter(|_| stated.is_some());
    let matrix = match by_points {
        Some(points) => Matrix::of_cicp(points.color_primaries as u8),
        None => Chromaticities::of_icc(profile).and_then(|found| Matrix::of(&found)),
    };
    Some((transfer, matrix.unwrap_or(Matrix::IDENTITY)))
}

/// Compares at each sixteenth above the third, where 16 bits are exact enough. The other curves in use
/// differ there by half and more.
fn is_curve_of(curve: &ToneReprCurve, transfer: Transfer) -> bool {
    // In a profile, the brightest light is 1.
    let scale = match transfer {
        Transfer::Pq => WHITE / 10_000.0,
        _ => 1.0,
    };
    (6..=16).map(|step| f64::from(step) / 16.0).all(|sample| {
        let light = transfer.light(sample) * scale;
        (curve_value(curve, sample) - light).abs() < 0.03 * light
    })
}

/// Whether samples of this curve are light.
fn is_straight(curve: &ToneReprCurve) -> bool {
    (1..=16)
        .map(|step| f64::from(step) / 16.0)
        .all(|sample| (curve_value(curve, sample) - sample).abs() < STRAIGHT)
}

/// The curve at `x`, 0 to 1 (ICC.1, 10.6 and 10.18); 0 for types that do not exist.
pub(crate) fn curve_value(curve: &ToneReprCurve, x: f64) -> f64 {
    match curve {
        ToneReprCurve::Lut(table) => match table[..] {
            [] => x,
            [gamma] => x.powf(f64::from(gamma) / 256.0),
            _ => interpolate(table, x),
        },
        ToneReprCurve::Parametric(parameters) => {
            let p = |at: usize| f64::from(parameters.get(at).copied().unwrap_or(0.0));
            let power = |a: f64, b: f64| (a * x + b).max(0.0).powf(p(0));
            match parameters.len() {
                1 => x.powf(p(0)),
                5 if x < p(4) => p(3) * x,
                5 => power(p(1), p(2)),
                7 if x < p(4) => p(3) * x + p(6),
                7 => power(p(1), p(2)) + p(5),
                _ => 0.0,
            }
        }
    }
}

fn interpolate(table: &[u16], x: f64) -> f64 {
    let position = x * (table.len() - 1) as f64;
    let at = |index: usize| f64::from(table.get(index).copied().unwrap_or(u16::MAX)) / 65_535.0;
    let (low, part) = (position.floor(), position.fract());
    at(low as usize) * (1.0 - part) + at(low as usize + 1) * part
}
