//! The stage `probe`: reads the header of a source and checks it against the limits.

use crate::codec::contract::{Embedded, Opened};
use crate::codec::table;
use crate::{Error, Limits, PictureError, Probe};

/// Most units of a drawing's side; more would exceed the arithmetic of plans.
const FINEST: u32 = 1 << 24;

/// Reads the header and refuses a picture over a limit before any memory is allocated for pixels.
pub(crate) fn probe<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    embedded: Embedded,
) -> Result<(Probe, Opened<'a>), Error> {
    limits.check_encoded(bytes.len() as u64)?;
    let (format, opened) = table::open(bytes, limits, embedded)?;
    let header = &opened.header;
    let size = (header.width, header.height);
    if size.0 == 0 || size.1 == 0 {
        let detail = format!("its size is {} x {} pixels", size.0, size.1);
        return Err(PictureError::Malformed { format, detail }.into());
    }
    // A drawing needs only the pixels of the result, whatever its size in units.
    let is_fine = header.is_scalable && size.0.max(size.1) <= FINEST;
    if !is_fine {
        limits.check_picture(size, header.frames, header.decoded_bytes)?;
    }
    let probe = Probe {
        format,
        width: size.0,
        height: size.1,
        orientation: header.orientation,
        frames: header.frames,
        decoded_bytes: header.decoded_bytes,
        is_scalable: header.is_scalable,
        notes: header.notes.clone(),
    };
    Ok((probe, opened))
}
