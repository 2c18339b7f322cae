//! Decides what each channel of a JPEG 2000 is, and makes a raster of them. The library puts colours in order if it
//! understands all definitions of channels; otherwise it passes over all of them.

use hayro_jpeg2000::{ColorSpace, ComponentData, Image};

use super::definitions::Refusal::{self, Malformed, Unsupported};
use super::definitions::Shown;
use super::header::{Header, Space};
use super::palette;
use crate::color::Color;
use crate::pixels::raster::{Layout, Raster, Samples};

/// The channels that are shown.
#[derive(Clone)]
pub(super) struct Channels {
    pub(super) layout: Layout,
    /// Where the channels of the layout are among those that the library returns, and after them alpha of ink, by
    /// which it is multiplied.
    places: Vec<usize>,
    is_premultiplied: bool,
    /// Channels that the library decodes.
    pub(super) decoded: u64,
}

impl Channels {
    /// The channels of a picture whose components have `components` bits each.
    pub(super) fn of(
        header: &Header<'_>,
        components: &[u8],
        image: &Image<'_>,
    ) -> Result<Self, Refusal> {
        let depths = palette::depths(header, components).map_err(Malformed)?;
        let is_plain = header.definitions.is_none() && header.palette.is_none();
        let channels = match is_plain && !header.is_beyond_library {
            true => Self::of_library(image)?,
            false => Self::defined(header, depths.len())?,
        };
        let decoded = components.len().max(depths.len()) as u64;
        let is_converted = matches!(
            header.space,
            Some(Space::Ycc | Space::Ycck | Space::Lab { .. })
        );
        let is_first = || channels.places.iter().take(3).eq(&[0, 1, 2]);
        let is_even = || {
            depths
                .iter()
                .take(3)
                .all(|bits| depths.first() == Some(bits))
        };
        // The library converts the first three.
        if is_converted && (!is_first() || !is_even() || channels.is_premultiplied) {
            let feature = "YCbCr or CIELAB with unusual channels";
            return Err(Unsupported(feature.into()));
        }
        Ok(Self {
            decoded,
            ..channels
        })
    }

    /// As the library understands a picture without definitions of channels.
    fn of_library(image: &Image<'_>) -> Result<Self, Refusal> {
        let colors = usize::from(image.color_space().num_channels());
        let layout = layout(colors, image.has_alpha())?;
        let alpha_of_ink = layout == Layout::Cmyk && image.has_alpha();
        Ok(Self {
            layout,
            places: (0..layout.channels() + usize::from(alpha_of_ink)).collect(),
            is_premultiplied: false,
            decoded: 0,
        })
    }

    fn defined(header: &Header<'_>, count: usize) -> Result<Self, Refusal> {
        let shown = Shown::of(header.definitions.as_deref(), count, colors(header.space))?;
        let layout = layout(shown.colors.len(), shown.alpha.is_some())?;
        let is_ink = layout == Layout::Cmyk;
        // Ink that is multiplied already is what it leaves on paper.
        let alpha = shown.alpha.filter(|_| !is_ink || !shown.is_premultiplied);
        Ok(Self {
            layout,
            places: shown.colors.into_iter().chain(alpha).collect(),
            is_premultiplied: shown.is_premultiplied && !is_ink,
            decoded: 0,
        })
    }

    /// Interleaves what the library returns: with 8 bits if none of it has more, otherwise with 16.
    pub(super) fn raster(&self, all: &[ComponentData], size: (u32, u32)) -> Option<Raster> {
        let shown: Option<Vec<_>> = self.places.iter().map(|at| all.get(*at)).collect();
        let shown = shown?;
        let count = size.0 as usize * size.1 as usize;
        if shown.iter().any(|it| it.samples().len() != count) {
            return None;
        }
        let (shown, alpha_of_ink) = shown.split_at_checked(self.layout.channels())?;
        let alpha_of_ink = alpha_of_ink.first().filter(|alpha| {
            let mut values = alpha.samples().iter();
            values.any(|value| *value > 0.0)
        });
        let values = |full: f32| {
            let unit = |component: &ComponentData, at: usize| {
                let most = ((1u64 << component.bit_depth()) - 1) as f32;
                let sample = component.samples().get(at).copied().unwrap_or(0.0);
                (sample, most)
            };
            (0..count).flat_map(move |at| {
                let cover = alpha_of_ink.map_or(1.0, |alpha| {
                    let (sample, most) = unit(alpha, at);
                    (sample / most).clamp(0.0, 1.0)
                });
                shown.iter().map(move |component| {
                    let (sample, most) = unit(component, at);
                    (sample * full / most * cover).round()
                })
            })
        };
        let samples = if shown.iter().all(|component| component.bit_depth() <= 8) {
            Samples::U8(values(255.0).map(|value| value as u8).collect())
        } else {
            Samples::U16(values(65_535.0).map(|value| value as u16).collect())
        };
        let raster = Raster::new(size, self.layout, samples)?;
        Some(match self.is_premultiplied {
            true => raster.premultiplied(),
            false => raster,
        })
    }
}

/// What the file says about its colours; the library has a profile for some spaces.
pub(super) fn color(header: &Header<'_>, image: &Image<'_>) -> Color {
    match (header.space, image.color_space()) {
        (Some(Space::Icc(profile)), _) => Color::of_profile(profile),
        (Some(Space::Lab { .. }), _) => Color::Lab,
        (
            Some(Space::Cicp {
                primaries,
                transfer,
                ..
            }),
            _,
        ) => Color::Cicp {
            primaries,
            transfer,
        },
        (_, ColorSpace::Icc { profile, .. }) => Color::of_profile(profile),
        _ => Color::Unspecified,
    }
}

/// Refuses colours that the library takes for others.
pub(super) fn check_space(header: &Header<'_>) -> Result<(), Refusal> {
    let name = match header.space {
        Some(Space::Other(number)) => match number {
            0 | 15 => "two levels".into(),
            1 | 3 | 4 => "YCbCr of television".into(),
            9 => "PhotoYCC".into(),
            11 => "CMY".into(),
            19 => "CIEJab".into(),
            20 => "e-sRGB".into(),
            22 | 23 => "YPbPr".into(),
            24 => "e-sYCC".into(),
            25 | 26 => "scRGB".into(),
            number => format!("number {number}"),
        },
        Some(Space::Lab { is_d50: false }) => "CIELAB under another white than D50".into(),
        Some(Space::Cicp {
            is_plain: false, ..
        }) => "YCbCr by code points".into(),
        // What the library would convert.
        Some(Space::Ycc | Space::Ycck | Space::Lab { .. } | Space::Romm)
            if header.is_beyond_library =>
        {
            "after one of a vendor".into()
        }
        _ if header.headers > 1 => return Err(Malformed("it has several headers".into())),
        _ => return Ok(()),
    };
    Err(Unsupported(format!("a colour space: {name}")))
}

/// Colours of a space.
fn colors(space: Option<Space<'_>>) -> Option<usize> {
    match space? {
        Space::Gray => Some(1),
        Space::Rgb | Space::Ycc | Space::Lab { .. } | Space::Romm | Space::Cicp { .. } => Some(3),
        Space::Cmyk | Space::Ycck => Some(4),
        Space::Icc(profile) => match profile.get(16..20)? {
            b"GRAY" => Some(1),
            b"RGB " | b"Lab " => Some(3),
            b"CMYK" => Some(4),
            _ => None,
        },
        Space::Other(_) => None,
    }
}

fn layout(colors: usize, has_alpha: bool) -> Result<Layout, Refusal> {
    Ok(match (colors, has_alpha) {
        (1, false) => Layout::Gray,
        (1, true) => Layout::GrayAlpha,
        (3, false) => Layout::Rgb,
        (3, true) => Layout::Rgba,
        (4, _) => Layout::Cmyk,
        (colors, _) => return Err(Unsupported(format!("{colors} colour channels"))),
    })
}
