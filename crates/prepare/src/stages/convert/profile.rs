//! What an ICC profile says about pixels of one layout and depth.

use std::borrow::Cow;
use std::sync::Arc;

use moxcms::{
    ColorProfile, DataColorSpace, Layout as Channels, RenderingIntent, ToneReprCurve,
    TransformExecutor, TransformOptions,
};

use crate::color::{Matrix, Transfer, curve_value, high_range, light_of};
use crate::pixels::raster::{Layout, Raster, Samples};

/// Rendering intents in order of preference: the first ones keep colours inside sRGB exact.
const INTENTS: [RenderingIntent; 3] = [
    RenderingIntent::RelativeColorimetric,
    RenderingIntent::Perceptual,
    RenderingIntent::Saturation,
];

/// Bits of a sample.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Depth {
    Eight,
    Sixteen,
}

impl Depth {
    pub(super) fn of(raster: &Raster) -> Self {
        match raster.samples {
            Samples::U8(_) => Self::Eight,
            Samples::U16(_) => Self::Sixteen,
        }
    }
}

/// How to convert pixels with a profile.
pub(super) enum ProfileKind {
    /// The profile is sRGB, in one of its many editions.
    Srgb,
    /// The pixels have to be transformed.
    Other(Transform),
    /// The profile is for PQ or HLG.
    HighRange(Transfer, Matrix),
    /// The profile cannot be used; the text says why.
    Unusable(String),
}

/// A transform to sRGB from one layout and depth.
pub(super) struct Transform {
    from: usize,
    /// Layout of the result.
    pub(super) to: Layout,
    executor: Executor,
}

enum Executor {
    Eight(Arc<dyn TransformExecutor<u8> + Send + Sync>),
    Sixteen(Arc<dyn TransformExecutor<u16> + Send + Sync>),
}

impl ProfileKind {
    pub(super) fn of(icc: &[u8], layout: Layout, depth: Depth) -> Self {
        let profile = match ColorProfile::new_from_slice(&named(icc)) {
            Ok(profile) => profile,
            Err(error) => return Self::Unusable(error.to_string()),
        };
        let (wanted, _, _, _) = ends(layout);
        let found = profile.color_space;
        if found != wanted {
            let (found, wanted) = (name(found), name(wanted));
            return Self::Unusable(format!(
                "it is for {found} pixels, the picture has {wanted}"
            ));
        }
        if is_srgb(&profile) {
            return Self::Srgb;
        }
        let profile = in_light(profile);
        if let Some((transfer, matrix)) = high_range(&profile).filter(|_| layout != Layout::Cmyk) {
            return Self::HighRange(transfer, matrix);
        }
        // Profiles have tables for some intents only; the first that works is used.
        let mut refused = String::new();
        let mut intents = INTENTS;
        if layout == Layout::Cmyk {
            // Without black point compensation, colorimetric black ink would come out gray.
            intents.swap(0, 1);
        }
        for intent in intents {
            match Transform::build(&profile, layout, depth, intent) {
                Ok(transform) => return Self::Other(transform),
                Err(reason) => refused = reason,
            }
        }
        Self::Unusable(refused)
    }
}

/// Entries of a curve that is made from another; between them it is straight.
const ENTRIES: u32 = 4096;

/// A gray profile whose curve gives lightness, because it connects through CIELAB (ICC.1, F.2), with the curve that gives
/// light instead, which the library wants. Little CMS does the same.
fn in_light(mut profile: ColorProfile) -> ColorProfile {
    let is_gray = profile.color_space == DataColorSpace::Gray;
    if !is_gray || profile.pcs != DataColorSpace::Lab || has_tables(&profile) {
        return profile;
    }
    let light = |curve: &ToneReprCurve, at: u32| {
        let lightness = curve_value(curve, f64::from(at) / f64::from(ENTRIES - 1));
        (light_of(lightness as f32 * 100.0) * 65_535.0).round() as u16
    };
    profile.gray_trc = profile.gray_trc.as_ref().map(|curve| {
        let entries = (0..ENTRIES).map(|at| light(curve, at));
        ToneReprCurve::Lut(entries.collect())
    });
    profile.pcs = DataColorSpace::Xyz;
    profile
}

/// The type signature of colours in profiles by Corbis, which differs from the standard one.
const CORBIS_XYZ: &[u8] = &[0x17, 0xa5, 0x05, 0xb8];

/// The profile with this signature replaced by the standard one, `XYZ `.
pub(super) fn named(icc: &[u8]) -> Cow<'_, [u8]> {
    let mut icc = Cow::Borrowed(icc);
    let count = number(&icc, 128).unwrap_or(0).min(100);
    for tag in 0..count {
        let Some(at) = number(&icc, 132 + 12 * tag + 4) else {
            break;
        };
        if icc.get(at..).is_some_and(|tag| tag.starts_with(CORBIS_XYZ))
            && let Some(name) = icc.to_mut().get_mut(at..at + 4)
        {
            name.copy_from_slice(b"XYZ ");
        }
    }
    icc
}

/// Big-endian 32 bits.
fn number(icc: &[u8], at: usize) -> Option<usize> {
    let bytes = icc.get(at..)?.first_chunk::<4>()?;
    usize::try_from(u32::from_be_bytes(*bytes)).ok()
}

impl Transform {
    fn build(
        profile: &ColorProfile,
        layout: Layout,
        depth: Depth,
        rendering_intent: RenderingIntent,
    ) -> Result<Self, String> {
        let (_, source, to, target) = ends(layout);
        let options = TransformOptions {
            rendering_intent,
            // In fixed point, which is used only where the processor has the instructions, the
            // mean difference from Little CMS is twice as large for tables (0.50 and 0.27 of 255
            // levels for a picture in SWOP), and for matrices the same.
            prefer_fixed_point: !has_tables(profile),
            ..TransformOptions::default()
        };
        let srgb = ColorProfile::new_srgb();
        let executor = match depth {
            Depth::Eight => profile
                .create_transform_8bit(source, &srgb, target, options)
                .map(Executor::Eight),
            Depth::Sixteen => profile
                .create_transform_16bit(source, &srgb, target, options)
                .map(Executor::Sixteen),
        };
        let executor = executor.map_err(|error| error.to_string())?;
        Ok(Self {
            from: layout.channels(),
            to,
            executor,
        })
    }

    /// Transforms interleaved samples; `None` if they have another depth.
    pub(super) fn apply(&self, samples: &Samples) -> Option<Samples> {
        let length = |count: usize| count / self.from * self.to.channels();
        match (&self.executor, samples) {
            (Executor::Eight(executor), Samples::U8(samples)) => {
                let mut converted = vec![0; length(samples.len())];
                executor.transform(samples, &mut converted).ok()?;
                Some(Samples::U8(converted))
            }
            (Executor::Sixteen(executor), Samples::U16(samples)) => {
                let mut converted = vec![0; length(samples.len())];
                executor.transform(samples, &mut converted).ok()?;
                Some(Samples::U16(converted))
            }
            _ => None,
        }
    }
}

/// Colour space and channels of the source, then layout and channels of the result.
fn ends(layout: Layout) -> (DataColorSpace, Channels, Layout, Channels) {
    use Channels as C;
    use DataColorSpace as D;
    match layout {
        Layout::Gray => (D::Gray, C::Gray, Layout::Rgb, C::Rgb),
        Layout::GrayAlpha => (D::Gray, C::GrayAlpha, Layout::Rgba, C::Rgba),
        Layout::Rgb => (D::Rgb, C::Rgb, Layout::Rgb, C::Rgb),
        Layout::Rgba => (D::Rgb, C::Rgba, Layout::Rgba, C::Rgba),
        Layout::Cmyk => (D::Cmyk, C::Rgba, Layout::Rgb, C::Rgb),
    }
}

/// A colour space for people.
fn name(space: DataColorSpace) -> &'static str {
    match space {
        DataColorSpace::Rgb => "RGB",
        DataColorSpace::Gray => "gray",
        DataColorSpace::Cmyk => "CMYK",
        DataColorSpace::Lab => "CIELAB",
        DataColorSpace::Xyz => "CIEXYZ",
        _ => "other",
    }
}

/// The data colour space of an ICC profile's header (ICC.1, 7.2.6).
pub(super) fn space(icc: &[u8]) -> Option<DataColorSpace> {
    match icc.get(16..20)? {
        b"RGB " => Some(DataColorSpace::Rgb),
        b"GRAY" => Some(DataColorSpace::Gray),
        b"CMYK" => Some(DataColorSpace::Cmyk),
        _ => None,
    }
}

/// Whether colours are found in tables of many dimensions (ICC.1, 9.2.1), not by a matrix.
fn has_tables(profile: &ColorProfile) -> bool {
    profile.lut_a_to_b_perceptual.is_some()
        || profile.lut_a_to_b_colorimetric.is_some()
        || profile.lut_a_to_b_saturation.is_some()
}

/// Whether a matrix profile has the primaries and the curve of sRGB, as exactly as its many
/// editions do: within a thousandth for primaries, and less than half an 8-bit step for the curve.
pub(super) fn is_srgb(profile: &ColorProfile) -> bool {
    if profile.color_space != DataColorSpace::Rgb || has_tables(profile) {
        return false;
    }
    let srgb = ColorProfile::new_srgb();
    let near = |a: moxcms::Xyzd, b: moxcms::Xyzd| {
        [a.x - b.x, a.y - b.y, a.z - b.z]
            .iter()
            .all(|difference| difference.abs() < 1.5e-3)
    };
    let curves = [&profile.red_trc, &profile.green_trc, &profile.blue_trc];
    near(profile.red_colorant, srgb.red_colorant)
        && near(profile.green_colorant, srgb.green_colorant)
        && near(profile.blue_colorant, srgb.blue_colorant)
        && curves
            .iter()
            .all(|curve| curve.as_ref().is_some_and(is_srgb_curve))
}

/// Compares at each sixteenth, in encoded values, in which differences correspond to what is
/// visible.
fn is_srgb_curve(curve: &ToneReprCurve) -> bool {
    (1..=16).map(|step| f64::from(step) / 16.0).all(|encoded| {
        let linear = Transfer::Srgb.light(encoded);
        // The slope of the curve converts a difference in light to one in encoded values.
        let slope = 2.4 / 1.055 * ((encoded + 0.055) / 1.055).powf(1.4);
        (curve_value(curve, encoded) - linear).abs() < 0.5 / 255.0 * slope
    })
}
