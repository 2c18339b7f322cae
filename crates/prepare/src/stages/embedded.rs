//! Opens pictures inside other files, for the codecs of containers.

use avatar_jpeg::Scratch;
use avatar_resample::fast_image_resize::Resizer;

use super::convert::Converter;
use super::decode::decode;
use super::orient::orient;
use super::probe::probe;
use super::resize::resize;
use crate::codec::contract::{Embedded, Opened};
use crate::codec::table;
use crate::pixels::raster::{Layout, Raster, Samples};
use crate::pixels::srgb::Srgb;
use crate::{Error, Limits, PictureError, Plan, Probe};

/// Opens embedded pictures with all codecs.
pub(crate) const EMBEDDED: Embedded = Embedded {
    open: |bytes, limits| table::open_embedded(bytes, limits, EMBEDDED),
    probe: |bytes, limits| Ok(open(bytes, limits)?.0),
    pixels,
};

/// Opens a picture of any format except SVG, whose codec opens nested drawings itself, so that
/// nesting is limited.
fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<(Probe, Opened<'a>), Error> {
    let (probe, opened) = probe(bytes, limits, EMBEDDED)?;
    if probe.is_scalable() {
        let feature = "a drawing inside another picture".into();
        let format = probe.format();
        return Err(PictureError::Unsupported { format, feature }.into());
    }
    Ok((probe, opened))
}

fn pixels(bytes: &[u8], limits: &Limits) -> Result<Raster, Error> {
    let (probe, opened) = open(bytes, limits)?;
    let plan = Plan::of_all((probe.width(), probe.height()), probe.orientation());
    let decoded = decode(opened, &plan, &mut Scratch::new())?;
    let resized = resize(decoded.pixels, &plan, false, &mut Resizer::new())?;
    let upright = orient(resized, plan.orientation()).into_raster()?;
    let (srgb, _) = Converter::default().convert_raster(upright, &decoded.color);
    rgba(srgb)
}

fn rgba(srgb: Srgb) -> Result<Raster, Error> {
    let Srgb {
        size,
        layout,
        samples,
    } = srgb;
    let opaque = |[r, g, b]: [u8; 3]| [r, g, b, u8::MAX];
    let samples = match layout {
        Layout::Rgba => samples,
        Layout::Gray => samples.iter().flat_map(|&v| opaque([v; 3])).collect(),
        Layout::GrayAlpha => {
            let (pixels, _) = samples.as_chunks::<2>();
            pixels.iter().flat_map(|&[v, a]| [v, v, v, a]).collect()
        }
        Layout::Rgb | Layout::Cmyk => {
            let (pixels, _) = samples.as_chunks::<3>();
            pixels.iter().flat_map(|&pixel| opaque(pixel)).collect()
        }
    };
    let raster = Raster::new(size, Layout::Rgba, Samples::U8(samples));
    raster.ok_or_else(|| Error::Panicked {
        message: "an embedded picture without samples".into(),
    })
}
