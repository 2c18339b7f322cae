//! Profile, tier and level (clause 7.3.3), which are skipped.

use crate::Error;
use crate::bits::Bits;

pub(super) fn skip_profile(bits: &mut Bits<'_>, sub_layers: u32) -> Result<(), Error> {
    bits.skip(88 + 8)?; // general profile and level
    let mut present = 0;
    for _ in 0..sub_layers {
        present += 88 * u64::from(bits.take(1)?) + 8 * u64::from(bits.take(1)?);
    }
    if sub_layers > 0 {
        bits.skip(2 * u64::from(8 - sub_layers))?;
    }
    bits.skip(present)
}
