//! Parameter sets (ITU-T H.265, clause 7.3.2).

mod picture;
mod profile;
pub(crate) mod references;
mod scaling;
mod sequence;
mod vui;

pub(crate) use picture::{Deblocking, Pps};
pub(crate) use sequence::Sps;

use crate::Error;
use crate::bits::Bits;

/// Reads which extensions a set has: whether there is one of ranges. That of layers says nothing about a single picture.
fn has_range_extension(bits: &mut Bits<'_>) -> Result<bool, Error> {
    let (has_range, _layers, in_depth, has_screen) =
        (bits.flag()?, bits.flag()?, bits.flag()?, bits.flag()?);
    bits.skip(4)?;
    if in_depth || has_screen {
        return Err(Error::Unsupported("extensions for screens or depth"));
    }
    Ok(has_range)
}
