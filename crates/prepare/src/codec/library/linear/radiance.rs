//! Refuses headers of Radiance HDR without an end.

use memchr::memmem;

use crate::{Limit, LimitExceeded};

/// Most bytes of a header of Radiance HDR. The library keeps each line by itself: 100 MB took 2.9 GB.
const MOST: usize = 1 << 20;

/// Refuses a Radiance HDR whose header does not end soon.
pub(super) fn check(bytes: &[u8]) -> Result<(), LimitExceeded> {
    let start = bytes.get(..bytes.len().min(MOST)).unwrap_or_default();
    match bytes.len() > MOST && memmem::find(start, b"\n\n").is_none() {
        true => Err(LimitExceeded {
            limit: Limit::Metadata,
            found: MOST as u64 + 1,
            allowed: MOST as u64,
        }),
        false => Ok(()),
    }
}
