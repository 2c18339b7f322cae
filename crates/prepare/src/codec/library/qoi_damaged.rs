//! QOI that ends early: its decoder takes only whole files, so the pixels that are missing are put in.

use crate::codec::damage::Damage;
use crate::plan::Plan;
use crate::{Error, Format, Note};

/// Bytes before the pixels, and what stands behind them (The Quite OK Image Format, version 1.0).
const HEADER: usize = 14;
const END: [u8; 8] = [0, 0, 0, 0, 0, 0, 0, 1];

/// A file that is whole again, and what of it is real.
pub(super) struct Mended {
    pub(super) file: Vec<u8>,
    /// Rows that were there.
    pub(super) rows: usize,
    pub(super) note: Note,
}

/// `None` if nothing is missing, so that something else is wrong.
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
    // Each such byte is one pixel of a colour that was seen before.
    file.resize(end + missing, 0);
    file.extend(END);
    Some(Ok(Mended { file, rows, note }))
}

/// The pixels that the file holds, and where they end.
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
