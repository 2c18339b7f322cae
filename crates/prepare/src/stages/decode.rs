//! From an opened picture to pixels, in the lane that suits its format.

use avatar_jpeg::Scratch;

use crate::Error;
use crate::codec::contract::Opened;
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::plan::Plan;

/// Decodes what the plan needs; also hands on what the file says of its colours.
pub(crate) fn decode(
    opened: Opened<'_>,
    plan: &Plan,
    scratch: &mut Scratch,
) -> Result<(Decoded, Color), Error> {
    let Opened { header, decode } = opened;
    Ok((decode(plan, scratch)?, header.color))
}
