//! Converts the primaries of a file to those of sRGB, in linear light.

use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile,
    MatrixCoefficients, TransferCharacteristics, XyY, Xyzd,
};

/// CIE 1931 x and y of the primaries and of white.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Chromaticities {
    pub(crate) red: [f64; 2],
    pub(crate) green: [f64; 2],
    pub(crate) blue: [f64; 2],
    pub(crate) white: [f64; 2],
}

impl Chromaticities {
    /// Adobe RGB (1998), 4.3.1.1, under D65.
    pub(crate) const ADOBE_RGB: Self = Self {
        red: [0.64, 0.33],
        green: [0.21, 0.71],
        blue: [0.15, 0.06],
        white: [0.3127, 0.3290],
    };

    /// Those of a profile, whose colours are all under D50 (ICC.1, 7.2.16).
    pub(crate) fn of_icc(profile: &ColorProfile) -> Option<Self> {
        let place = |color: Xyzd| {
            let sum = color.x + color.y + color.z;
            (sum > 0.0).then(|| [color.x / sum, color.y / sum])
        };
        Some(Self {
            red: place(profile.red_colorant)?,
            green: place(profile.green_colorant)?,
            blue: place(profile.blue_colorant)?,
            white: [0.3457, 0.3585],
        })
    }
}

/// Takes linear RGB to linear sRGB; white is adapted with Bradford's transform, as in ICC profiles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Matrix([[f32; 3]; 3]);

/// Entries that differ less are the same matrix: a quarter of an 8-bit step.
const SAME: f64 = 1e-3;

/// The code point of SMPTE ST 428-1, whose samples are X, Y and Z. Red and blue have y = 0, so the matrix cannot be
/// made from x and y.
const XYZ: u8 = 10;

/// From XYZ under equal energy to sRGB: Bradford's transform to D65, then the inverse of the matrix of sRGB.
const FROM_XYZ: Matrix = Matrix([
    [3.146_657_7, -1.666_463_8, -0.480_193_9],
    [-0.995_521_6, 1.955_756_7, 0.039_764_87],
    [0.063_594_8, -0.214_563_2, 1.150_968_4],
]);

impl Matrix {
    pub(crate) const IDENTITY: Self = Self([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);

    /// From chromaticities; `None` if they are those of sRGB or span no triangle.
    pub(crate) fn of(found: &Chromaticities) -> Option<Self> {
        let point = |[x, y]: [f64; 2]| Chromaticity::new(x as f32, y as f32);
        let primaries = ColorPrimaries {
            red: point(found.red),
            green: point(found.green),
            blue: point(found.blue),
        };
        let across = |a: [f64; 2], b: [f64; 2]| [b[0] - a[0], b[1] - a[1]];
        let (a, b) = (
            across(found.red, found.green),
            across(found.red, found.blue),
        );
        // Twice the area of the triangle; that of sRGB is 0.22.
        if (a[0] * b[1] - a[1] * b[0]).abs() < 1e-3 {
            return None;
        }
        let [x, y] = found.white;
        let mut profile = ColorProfile::new_srgb();
        profile.update_rgb_colorimetry(XyY::new(x, y, 1.0), primaries);
        Self::of_profile(&profile)
    }

    /// From a code point of ITU-T H.273, table 2; `None` if it is that of sRGB or unspecified.
    pub(crate) fn of_cicp(primaries: u8) -> Option<Self> {
        if primaries == XYZ {
            return Some(FROM_XYZ);
        }
        let color_primaries = CicpColorPrimaries::try_from(primaries).ok()?;
        if matches!(
            color_primaries,
            CicpColorPrimaries::Reserved | CicpColorPrimaries::Unspecified
        ) {
            return None;
        }
        Self::of_profile(&ColorProfile::new_from_cicp(CicpProfile {
            color_primaries,
            transfer_characteristics: TransferCharacteristics::Srgb,
            matrix_coefficients: MatrixCoefficients::Identity,
            full_range: true,
        }))
    }

    fn of_profile(profile: &ColorProfile) -> Option<Self> {
        let to_srgb = profile.transform_matrix(&ColorProfile::new_srgb()).v;
        let is_close = |(at, entry): (usize, &f64)| {
            let identity = if at % 4 == 0 { 1.0 } else { 0.0 };
            (entry - identity).abs() < SAME
        };
        let entries = to_srgb.as_flattened();
        let is_finite = entries.iter().all(|entry| entry.is_finite());
        let is_same = entries.iter().enumerate().all(is_close);
        (is_finite && !is_same).then(|| Self(to_srgb.map(|row| row.map(|entry| entry as f32))))
    }

    /// Applies it to one colour; what is outside sRGB's gamut is clipped at 0 and stays above 1.
    pub(crate) fn apply(&self, rgb: [f32; 3]) -> [f32; 3] {
        let [r, g, b] = rgb;
        self.0.map(|[x, y, z]| (x * r + y * g + z * b).max(0.0))
    }
}
