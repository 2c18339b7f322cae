//! JPEG 2000, bare or in a JP2 file, through `hayro-jpeg2000`.

use hayro_jpeg2000::{
    ColorSpace, ComponentData, DecodeError, DecodeSettings, DecoderContext, Image,
};

use super::{Header, Opened};
use crate::color::Color;
use crate::decode::Decoded;
use crate::raster::{Layout, Raster, Samples};
use crate::{Error, Format, Limits, PictureError};

const FORMAT: Format = Format::Jpeg2000;

/// Reads the boxes and the main header.
pub(super) fn open<'a>(bytes: &'a [u8], _: &Limits) -> Result<Opened<'a>, Error> {
    let settings = DecodeSettings::default();
    let whole = Image::new(bytes, &settings).map_err(refuse)?;
    let size = (whole.width(), whole.height());
    let layout = layout(whole.color_space(), whole.has_alpha())?;
    let color = match whole.color_space() {
        ColorSpace::Icc { profile, .. } => Color::of_profile(profile),
        _ => Color::Unspecified,
    };
    let decoded_bytes = u64::from(size.0) * u64::from(size.1) * layout.channels() as u64 * 4;
    let header = Header::new(size, decoded_bytes, color);
    let decode: super::Decode<'a> = Box::new(move |_, _| {
        let mut context = DecoderContext::default();
        let decoded = whole.decode(&mut context).map_err(refuse)?;
        let raster = interleave(decoded.components(), size, layout);
        raster.map(Decoded::Raster).ok_or_else(|| {
            let detail = "its components do not match its size".into();
            PictureError::Malformed {
                format: FORMAT,
                detail,
            }
            .into()
        })
    });
    Ok(Opened { header, decode })
}

fn layout(space: &ColorSpace, has_alpha: bool) -> Result<Layout, Error> {
    Ok(match (space.num_channels(), has_alpha) {
        (1, false) => Layout::Gray,
        (1, true) => Layout::GrayAlpha,
        (3, false) => Layout::Rgb,
        (3, true) => Layout::Rgba,
        (4, _) => Layout::Cmyk,
        (channels, _) => {
            let feature = format!("{channels} colour channels");
            return Err(PictureError::Unsupported {
                format: FORMAT,
                feature,
            }
            .into());
        }
    })
}

/// 8 bits if no component has more, else 16.
fn interleave(components: &[ComponentData], size: (u32, u32), layout: Layout) -> Option<Raster> {
    let components = components.get(..layout.channels())?;
    let count = size.0 as usize * size.1 as usize;
    if components
        .iter()
        .any(|component| component.samples().len() != count)
    {
        return None;
    }
    let values = |full: f32| {
        let scaled = move |component: &ComponentData, at: usize| {
            let most = ((1u64 << component.bit_depth()) - 1) as f32;
            component
                .samples()
                .get(at)
                .map_or(0.0, |sample| sample * full / most)
        };
        (0..count).flat_map(move |at| {
            components
                .iter()
                .map(move |component| scaled(component, at).round())
        })
    };
    let samples = if components
        .iter()
        .all(|component| component.bit_depth() <= 8)
    {
        Samples::U8(values(255.0).map(|value| value as u8).collect())
    } else {
        Samples::U16(values(65_535.0).map(|value| value as u16).collect())
    };
    Raster::new(size, layout, samples)
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn refuse(error: DecodeError) -> Error {
    let detail = error.to_string();
    PictureError::Malformed {
        format: FORMAT,
        detail,
    }
    .into()
}
