//! The stage `decode`: from an opened picture to pixels, in the lane of its format.

use avatar_jpeg::Scratch;

use crate::codec::contract::Opened;
use crate::color::{Color, Floats};
use crate::pixels::decoded::Decoded;
use crate::pixels::linear_image::LinearImage;
use crate::{Error, Note, Plan};

/// Pixels, and what is known of them.
#[derive(Clone)]
pub(crate) struct DecodedPicture {
    pub(crate) pixels: Decoded,
    /// What the file says about its colours.
    pub(crate) color: Color,
    pub(crate) notes: Vec<Note>,
}

/// Decodes what the plan needs. Linear light is tone-mapped here, before it is resized, so that a
/// lamp of a few pixels does not brighten everything around it.
pub(crate) fn decode(
    opened: Opened<'_>,
    plan: &Plan,
    scratch: &mut Scratch,
) -> Result<DecodedPicture, Error> {
    let Opened { header, decode, .. } = opened;
    let mut pixels = decode(plan, scratch)?;
    let mut notes = Vec::new();
    while let Decoded::Damaged { pixels: rest, note } = pixels {
        (pixels, notes) = (*rest, [vec![note], notes].concat());
    }
    let (pixels, color, note) = match pixels {
        Decoded::Linear(image) => {
            of_floats(image, header.color).ok_or_else(|| Error::Panicked {
                message: "linear light without samples".into(),
            })?
        }
        Decoded::Planes(planes) => {
            let damage = planes.damage();
            (Decoded::Planes(planes), header.color, damage)
        }
        pixels => (pixels, header.color, None),
    };
    Ok(DecodedPicture {
        pixels,
        color,
        notes: notes.into_iter().chain(note).collect(),
    })
}

/// Floats as samples, and what is left to convert. A profile says whether they are light. One that
/// cannot be used stays, so that it is noted.
fn of_floats(mut image: LinearImage, color: Color) -> Option<(Decoded, Color, Option<Note>)> {
    let icc = match &color {
        // The decoder knows the primaries.
        Color::Icc(icc) if image.chromaticities.is_none() => Some(icc),
        _ => None,
    };
    let left = match icc.map(|icc| Floats::of_profile(icc)) {
        Some(Some(Floats::Encoded { is_gray })) => {
            let raster = image.into_samples(is_gray)?;
            return Some((Decoded::Raster(raster), color, None));
        }
        Some(Some(Floats::Light(chromaticities))) => {
            image.chromaticities = chromaticities;
            Color::Unspecified
        }
        Some(None) => color,
        None => Color::Unspecified,
    };
    let (raster, note) = image.tone_map()?;
    Some((Decoded::Raster(raster), left, note))
}
