//! JPEG 2000, bare or in a JP2 file, through `hayro-jpeg2000`.

use hayro_jpeg2000::{
    ColorSpace, ComponentData, DecodeError, DecodeSettings, DecoderContext, Image,
};

use avatar_jpeg::CropRect;

use super::{Header, Opened};
use crate::color::Color;
use crate::decode::Decoded;
use crate::footprint::Footprint;
use crate::plan::Plan;
use crate::raster::{Layout, Raster, Samples};
use crate::reduce::{self, Reduced};
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
    let pixels = u64::from(size.0) * u64::from(size.1);
    let decoded_bytes = pixels.saturating_mul(layout.channels() as u64 * 4);
    let header = Header::new(size, decoded_bytes, color);
    let decode: super::Decode<'a> = Box::new(move |plan, _| {
        let image = reduced(bytes, size, plan).map_err(refuse)?;
        let mut context = DecoderContext::default();
        let decoded = image.decode(&mut context).map_err(refuse)?;
        let found = (image.width(), image.height());
        let raster = interleave(decoded.components(), found, layout);
        let crop = crop(plan, size, found);
        let reduced = raster.map(|raster| Decoded::Reduced(Reduced { raster, crop }));
        reduced.ok_or_else(|| {
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

/// Without the resolution levels that the plan does without, as far as the file has levels.
fn reduced<'a>(bytes: &'a [u8], size: (u32, u32), plan: &Plan) -> Result<Image<'a>, DecodeError> {
    let factor = reduce::factor(plan);
    let settings = DecodeSettings {
        target_resolution: Some((size.0.div_ceil(factor), size.1.div_ceil(factor))),
        ..DecodeSettings::default()
    };
    Image::new(bytes, &settings)
}

/// The square in a picture that was reduced to `found`, whose sides were rounded up.
fn crop(plan: &Plan, size: (u32, u32), found: (u32, u32)) -> CropRect {
    let is_factor = |by: &u32| (size.0.div_ceil(*by), size.1.div_ceil(*by)) == found;
    let factor = (0..16).map(|level| 1 << level).find(is_factor);
    let factor = factor.unwrap_or(size.0 / found.0.max(1)).max(1);
    let whole = plan.crop();
    let scaled = |value: u32| f64::from(value) / f64::from(factor);
    // What a level keeps lies on the first of two pixels, not between them.
    let shift = 0.5 - scaled(1) / 2.0;
    let (x, y) = (scaled(whole.x) + shift, scaled(whole.y) + shift);
    CropRect {
        x,
        y,
        width: scaled(whole.width).min(f64::from(found.0) - x),
        height: scaled(whole.height).min(f64::from(found.1) - y),
    }
}

/// The library holds 32 bits a sample and some tables of the whole; the raster is made beside it.
pub(super) fn footprint(bytes: &[u8], header: &Header, plan: &Plan) -> Option<Footprint> {
    let image = reduced(bytes, (header.width, header.height), plan).ok()?;
    let pixels = u64::from(image.width()) * u64::from(image.height());
    let pixel = header.decoded_bytes.div_ceil(header.pixels());
    let factor = u64::from(header.width.div_ceil(image.width().max(1)));
    Some(Footprint {
        decoding: 2 * pixels * pixel + header.decoded_bytes / 8,
        decoded: pixels * pixel,
        pixel,
        side: u64::from(plan.crop().width).div_ceil(factor.max(1)),
    })
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
