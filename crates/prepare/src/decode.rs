//! From an opened picture to pixels.

use crate::Error;
use crate::codec::Opened;
use crate::plan::Plan;
use crate::raster::Raster;

/// Decodes what the plan needs.
pub(crate) fn decode(opened: Opened<'_>, plan: &Plan) -> Result<(Raster, Option<Vec<u8>>), Error> {
    let Opened { header, decode } = opened;
    Ok((decode(plan)?, header.icc))
}
