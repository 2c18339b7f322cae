//! The stage `decode`: from an opened picture to pixels, in the lane of its format.

use avatar_jpeg::Scratch;

use crate::codec::contract::Opened;
use crate::color::Color;
use crate::pixels::decoded::Decoded;
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
            let (raster, note) = image.tone_map().ok_or_else(|| Error::Panicked {
                message: "linear light without samples".into(),
            })?;
            (Decoded::Raster(raster), Color::Unspecified, note)
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
