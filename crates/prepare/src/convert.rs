//! To sRGB through the embedded profile, on the small square.

use std::sync::Arc;

use moxcms::{
    ColorProfile, DataColorSpace, Layout as Channels, RenderingIntent, Transform8BitExecutor,
    Transform16BitExecutor, TransformOptions,
};

use crate::Note;
use crate::raster::{Layout, Raster, Samples};

/// In order of preference: colours of the display gamut stay exact where that is possible.
const INTENTS: [RenderingIntent; 3] = [
    RenderingIntent::RelativeColorimetric,
    RenderingIntent::Perceptual,
    RenderingIntent::Saturation,
];

/// Opaque or not, 8-bit sRGB or sRGB-encoded gray.
pub(crate) struct Srgb {
    pub(crate) layout: Layout,
    pub(crate) samples: Vec<u8>,
}

/// Converts pictures to sRGB; remembers the last profile, since a batch tends to share one.
#[derive(Default)]
pub(crate) struct Converter {
    last: Option<(Vec<u8>, Layout, Option<Arc<Transforms>>)>,
}

struct Transforms {
    to: Layout,
    on_8_bit: Arc<Transform8BitExecutor>,
    on_16_bit: Arc<Transform16BitExecutor>,
}

impl Converter {
    /// Converts through the profile `icc`. Without one, or with one that does not fit or is
    /// damaged (which gives a note), gray and RGB are taken as sRGB and CMYK as plain ink.
    pub(crate) fn convert(&mut self, raster: Raster, icc: Option<&[u8]>) -> (Srgb, Option<Note>) {
        let Some(icc) = icc else {
            return (assume_srgb(raster), None);
        };
        let raster = match profile_space(icc) {
            // An RGB profile on gray pixels is customary; the pixels are gray RGB then.
            Some(DataColorSpace::Rgb) => gray_to_rgb(raster),
            _ => raster,
        };
        match self.transforms(icc, raster.layout) {
            Ok(None) => (assume_srgb(raster), None),
            Ok(Some(transforms)) => match transforms.apply(&raster) {
                Some(srgb) => (srgb, None),
                None => (assume_srgb(raster), Some(ignored("the transform failed"))),
            },
            Err(reason) => (assume_srgb(raster), Some(ignored(&reason))),
        }
    }

    /// Whether `icc` is sRGB under one of its many names.
    pub(crate) fn is_srgb(&mut self, icc: &[u8]) -> bool {
        matches!(self.transforms(icc, Layout::Rgb), Ok(None))
    }

    /// The transforms from `icc` to sRGB, or `None` where they would change nothing.
    fn transforms(&mut self, icc: &[u8], from: Layout) -> Result<Option<Arc<Transforms>>, String> {
        if let Some((bytes, layout, transforms)) = &self.last
            && bytes == icc
            && *layout == from
        {
            return Ok(transforms.clone());
        }
        let transforms = Transforms::build(icc, from)?.map(Arc::new);
        self.last = Some((icc.to_vec(), from, transforms.clone()));
        Ok(transforms)
    }
}

impl Transforms {
    fn build(icc: &[u8], from: Layout) -> Result<Option<Self>, String> {
        let profile = ColorProfile::new_from_slice(icc).map_err(|error| error.to_string())?;
        let (space, source, to, target) = match from {
            Layout::Gray => (
                DataColorSpace::Gray,
                Channels::Gray,
                Layout::Rgb,
                Channels::Rgb,
            ),
            Layout::GrayAlpha => (
                DataColorSpace::Gray,
                Channels::GrayAlpha,
                Layout::Rgba,
                Channels::Rgba,
            ),
            Layout::Rgb => (
                DataColorSpace::Rgb,
                Channels::Rgb,
                Layout::Rgb,
                Channels::Rgb,
            ),
            Layout::Rgba => (
                DataColorSpace::Rgb,
                Channels::Rgba,
                Layout::Rgba,
                Channels::Rgba,
            ),
            Layout::Cmyk => (
                DataColorSpace::Cmyk,
                Channels::Rgba,
                Layout::Rgb,
                Channels::Rgb,
            ),
        };
        if profile.color_space != space {
            return Err(format!(
                "it is for {:?}, the pixels are {space:?}",
                profile.color_space
            ));
        }
        // Profiles carry tables for some intents only; the first that works wins.
        let built = INTENTS
            .iter()
            .map(|&intent| Self::with_intent(&profile, source, to, target, intent))
            .reduce(Result::or)
            .unwrap_or_else(|| Err("no rendering intent".into()))?;
        Ok((!built.is_identity(from)).then_some(built))
    }

    fn with_intent(
        profile: &ColorProfile,
        source: Channels,
        to: Layout,
        target: Channels,
        rendering_intent: RenderingIntent,
    ) -> Result<Self, String> {
        let options = TransformOptions {
            rendering_intent,
            ..TransformOptions::default()
        };
        let srgb = ColorProfile::new_srgb();
        Ok(Self {
            to,
            on_8_bit: profile
                .create_transform_8bit(source, &srgb, target, options)
                .map_err(|error| error.to_string())?,
            on_16_bit: profile
                .create_transform_16bit(source, &srgb, target, options)
                .map_err(|error| error.to_string())?,
        })
    }

    /// Whether no colour of a 9×9×9 grid moves by more than one 8-bit step: the profile is sRGB
    /// under one of its many names.
    fn is_identity(&self, from: Layout) -> bool {
        if from != Layout::Rgb {
            return false;
        }
        let steps = || (0..=8u16).map(|step| (step * 255 / 8) as u8);
        let grid: Vec<u8> = steps()
            .flat_map(|r| steps().flat_map(move |g| steps().flat_map(move |b| [r, g, b])))
            .collect();
        let mut moved = vec![0; grid.len()];
        self.on_8_bit.transform(&grid, &mut moved).is_ok()
            && grid
                .iter()
                .zip(&moved)
                .all(|(before, after)| before.abs_diff(*after) <= 1)
    }

    fn apply(&self, raster: &Raster) -> Option<Srgb> {
        let length = raster.width as usize * raster.height as usize * self.to.channels();
        let samples = match &raster.samples {
            Samples::U8(samples) => {
                let mut converted = vec![0u8; length];
                self.on_8_bit.transform(samples, &mut converted).ok()?;
                Samples::U8(converted)
            }
            Samples::U16(samples) => {
                let mut converted = vec![0u16; length];
                self.on_16_bit.transform(samples, &mut converted).ok()?;
                Samples::U16(converted)
            }
        };
        let converted = Raster::new((raster.width, raster.height), self.to, samples)?;
        let (layout, samples) = converted.into_8_bit();
        Some(Srgb { layout, samples })
    }
}

/// The data colour space of an ICC profile's header (ICC.1, 7.2.6).
fn profile_space(icc: &[u8]) -> Option<DataColorSpace> {
    match icc.get(16..20)? {
        b"RGB " => Some(DataColorSpace::Rgb),
        b"GRAY" => Some(DataColorSpace::Gray),
        b"CMYK" => Some(DataColorSpace::Cmyk),
        _ => None,
    }
}

fn ignored(reason: &str) -> Note {
    Note::ProfileIgnored {
        reason: reason.into(),
    }
}

fn assume_srgb(raster: Raster) -> Srgb {
    let (layout, samples) = raster.into_8_bit();
    if layout != Layout::Cmyk {
        return Srgb { layout, samples };
    }
    // Without a profile, ink covers paper: red is what cyan and black leave of white.
    let (pixels, _) = samples.as_chunks::<4>();
    let leave = |ink: u8, black: u8| {
        let product = u32::from(255 - ink) * u32::from(255 - black);
        ((product + 127) / 255) as u8
    };
    let samples = pixels
        .iter()
        .flat_map(|&[c, m, y, k]| [leave(c, k), leave(m, k), leave(y, k)])
        .collect();
    Srgb {
        layout: Layout::Rgb,
        samples,
    }
}

fn gray_to_rgb(raster: Raster) -> Raster {
    let layout = match raster.layout {
        Layout::Gray => Layout::Rgb,
        Layout::GrayAlpha => Layout::Rgba,
        _ => return raster,
    };
    let has_alpha = layout.has_alpha();
    let samples = match &raster.samples {
        Samples::U8(samples) => Samples::U8(triple(samples, has_alpha)),
        Samples::U16(samples) => Samples::U16(triple(samples, has_alpha)),
    };
    Raster {
        layout,
        samples,
        ..raster
    }
}

fn triple<T: Copy>(samples: &[T], has_alpha: bool) -> Vec<T> {
    if has_alpha {
        let (pixels, _) = samples.as_chunks::<2>();
        return pixels
            .iter()
            .flat_map(|&[gray, alpha]| [gray, gray, gray, alpha])
            .collect();
    }
    samples.iter().flat_map(|&gray| [gray; 3]).collect()
}
