//! Completes QOI files that end early, because the decoder accepts only whole files.

use crate::codec::damage::Damage;
use crate::plan::Plan;
use crate::{Error, Format, Note};

/// Length of the header, and the bytes after the pixels (The Quite OK Image Format, version 1.0).
const HEADER: usize = 14;
const END: [u8; 8] = [0, 0, 0, 0, 0, 0, 0, 1];

/// A completed file, and how many of its rows are original.
pub(super) struct Mended {
    pub(super) file: Vec<u8>,
    /// Number of complete rows in the original file.
    pub(super) rows: usize,
    pub(super) note: Note,
}

/// Completes the file; `None` if no pixels are missing, so the file has another fault.
pub(super) fn mend(
    bytes: &[u8],
    (width, height): (u32, u32),
    plan: &Plan,
) -> Option<Result<Mended, Error>> {
    let pixels = u64::from(width) * u64::from(height);
    let (found, end) = pixels_in(bytes, pixels);
    let missing = usize::try_from(pixels.checked_sub(found)?).ok()?;
    if missing == 0 {
        return None;
    }
    let (rows, crop) = ((found / u64::from(width)) as usize, plan.crop());
    let shown = rows.saturating_sub(crop.y as usize) as f64 / f64::from(crop.height);
    let note = match Damage::FileEnds.accept(Format::Qoi, shown) {
        Ok(note) => note,
        Err(refused) => return Some(Err(refused)),
    };
    let mut file = bytes.get(..end)?.to_vec();
    // A zero byte is one pixel with a colour of the index.
    file.resize(end + missing, 0);
    file.extend(END);
    Some(Ok(Mended { file, rows, note }))
}

/// The number of pixels in the file, and where their data ends.
fn pixels_in(bytes: &[u8], most: u64) -> (u64, usize) {
    let (mut at, mut found) = (HEADER, 0);
    while let Some(&tag) = bytes.get(at).filter(|_| found < most) {
        let (length, pixels) = match tag {
            0xff => (5, 1),
            0xfe => (4, 1),
            0xc0.. => (1, u64::from(tag & 0x3f) + 1),
            0x80.. => (2, 1),
            _ => (1, 1),
        };
        if at + length > bytes.len() {
            break;
        }
        (at, found) = (at + length, found + pixels);
    }
    (found.min(most), at)
}
