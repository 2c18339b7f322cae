//! The stage `convert`: converts the resized picture to sRGB, from what the file says about its
//! colours.

mod colorimetric;
mod lab;
mod profile;
mod space;

use std::sync::Arc;

use moxcms::DataColorSpace;

use crate::color::Color;
use crate::pixels::raster::{Layout, Raster, Samples};
use crate::pixels::resized::Resized;
use crate::pixels::srgb::{Converted, Srgb};
use crate::{Error, Note};
use profile::{Depth, ProfileKind, Transform};
pub(crate) use space::space;

/// Number of profiles that are cached, because the pictures of a batch usually share a few.
const REMEMBERED: usize = 4;

/// Converts pictures to sRGB; caches the last profiles.
#[derive(Default)]
pub(crate) struct Converter {
    /// Newest last.
    known: Vec<(Key, Arc<ProfileKind>)>,
}

#[derive(Clone, PartialEq)]
struct Key {
    icc: Vec<u8>,
    layout: Layout,
    depth: Depth,
}

impl Converter {
    /// Converts according to `color`. Planes that are sRGB already stay planes.
    pub(crate) fn convert(
        &mut self,
        upright: Resized,
        color: &Color,
    ) -> Result<(Converted, Option<Note>), Error> {
        let planes = match upright {
            Resized::Planes(planes) if planes.can_be_a_square() && self.is_srgb(color) => planes,
            other => {
                let (srgb, note) = self.convert_raster(other.into_raster()?, color);
                return Ok((Converted::Raster(srgb), note));
            }
        };
        Ok((Converted::Planes(planes), None))
    }

    /// Converts according to `color`. If it says nothing, or has a profile that is damaged or for
    /// other pixels (which gives a note), gray and RGB are read as sRGB, and CMYK as plain ink.
    pub(crate) fn convert_raster(&mut self, raster: Raster, color: &Color) -> (Srgb, Option<Note>) {
        match color {
            Color::Icc(icc) => self.through(icc, raster),
            Color::Lab => (lab::convert(raster), None),
            _ => match color.colorimetry() {
                Some((transfer, matrix)) if raster.layout != Layout::Cmyk => {
                    colorimetric::convert(&gray_to_rgb(raster), transfer, matrix)
                }
                _ => (assume_srgb(raster), None),
            },
        }
    }

    fn through(&mut self, icc: &[u8], raster: Raster) -> (Srgb, Option<Note>) {
        let raster = match profile::space(icc) {
            // Gray pixels with an RGB profile are common; they are read as RGB with equal channels.
            Some(DataColorSpace::Rgb) => gray_to_rgb(raster),
            _ => raster,
        };
        match &*self.kind(icc, raster.layout, Depth::of(&raster)) {
            ProfileKind::Srgb => (assume_srgb(raster), None),
            ProfileKind::Other(transform) => match apply(transform, &raster) {
                Some(srgb) => (srgb, None),
                None => (assume_srgb(raster), Some(ignored("the transform failed"))),
            },
            ProfileKind::HighRange(transfer, matrix) => {
                colorimetric::convert(&gray_to_rgb(raster), *transfer, *matrix)
            }
            ProfileKind::Unusable(reason) => (assume_srgb(raster), Some(ignored(reason))),
        }
    }

    /// Whether RGB pixels of 8 bits are sRGB already.
    pub(crate) fn is_srgb(&mut self, color: &Color) -> bool {
        match color {
            Color::Icc(icc) => {
                matches!(
                    *self.kind(icc, Layout::Rgb, Depth::Eight),
                    ProfileKind::Srgb
                )
            }
            Color::Lab => false,
            _ => color.colorimetry().is_none(),
        }
    }

    fn kind(&mut self, icc: &[u8], layout: Layout, depth: Depth) -> Arc<ProfileKind> {
        let same = |key: &Key| key.icc == icc && key.layout == layout && key.depth == depth;
        if let Some((_, kind)) = self.known.iter().find(|(key, _)| same(key)) {
            return Arc::clone(kind);
        }
        let kind = Arc::new(ProfileKind::of(icc, layout, depth));
        if self.known.len() == REMEMBERED {
            self.known.remove(0);
        }
        let icc = icc.to_vec();
        self.known
            .push((Key { icc, layout, depth }, Arc::clone(&kind)));
        kind
    }
}

fn apply(transform: &Transform, raster: &Raster) -> Option<Srgb> {
    let samples = transform.apply(&raster.samples)?;
    let converted = Raster::new((raster.width, raster.height), transform.to, samples)?;
    Some(of_8_bit(converted))
}

fn ignored(reason: &str) -> Note {
    Note::ProfileIgnored {
        reason: reason.into(),
    }
}

fn assume_srgb(raster: Raster) -> Srgb {
    let ink = of_8_bit(raster);
    if ink.layout != Layout::Cmyk {
        return ink;
    }
    // Without a profile, ink absorbs light: red is what cyan and black leave of white.
    let (pixels, _) = ink.samples.as_chunks::<4>();
    let leave = |ink: u8, black: u8| {
        let product = u32::from(255 - ink) * u32::from(255 - black);
        ((product + 127) / 255) as u8
    };
    let samples = pixels
        .iter()
        .flat_map(|&[c, m, y, k]| [leave(c, k), leave(m, k), leave(y, k)])
        .collect();
    Srgb {
        size: ink.size,
        layout: Layout::Rgb,
        samples,
    }
}

/// The samples as they are, rounded to 8 bits.
fn of_8_bit(raster: Raster) -> Srgb {
    let size = (raster.width, raster.height);
    let (layout, samples) = raster.into_8_bit();
    Srgb {
        size,
        layout,
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
